"""Reads `cargo metadata` and refuses a dependency whose licence is not on the list."""

import json
import re
import sys

ALLOWED = {
    "MIT", "MIT-0", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "ISC",
    "MPL-2.0", "Zlib", "Unicode-3.0", "Unicode-DFS-2016", "CC0-1.0", "Unlicense", "BSL-1.0", "CDLA-Permissive-2.0",
    "OpenSSL", "bzip2-1.0.6", "NCSA",
}


def allowed(expression):
    """Whether one way of reading the SPDX expression uses only licences of the list."""
    expression = expression.replace("/", " OR ").replace("(", " ( ").replace(")", " ) ")
    tokens = re.sub(r"\s+WITH\s+", "~WITH~", expression).split()
    python = []
    for token in tokens:
        if token == "OR":
            python.append("or")
        elif token == "AND":
            python.append("and")
        elif token in "()":
            python.append(token)
        else:
            python.append(str(token.replace("~WITH~", " WITH ") in ALLOWED))
    return bool(eval(" ".join(python)))


packages = json.load(sys.stdin)["packages"]
refused = [
    f'{package["name"]} {package["version"]}: {package["license"] or package["license_file"] or "no licence"}'
    for package in packages
    if package["source"] and not (package["license"] and allowed(package["license"]))
]
print(f"{len(packages)} packages, {len(refused)} with a licence that is not on the list")
for line in refused:
    print("  " + line)
sys.exit(1 if refused else 0)
