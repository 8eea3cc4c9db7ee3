// Every page there is: found by following the links, each kind of page once.

// Words of addresses that are not the name of a thing.
const WORDS = new Set(["new", "comment", "tokens", "audit", "read", "organisation", "making"]);
// What is no page: files, the interface for programs, and what changes something.
const NO_PAGE = /^\/(api|assets|look|in|s|health|ready|metrics)(\/|$)|\.(csv|xlsx|pdf|png|json|svg)$|^\/table\//;

// The kind of an address: names of things become `*`.
export function kind(address) {
  const [first, ...rest] = new URL(address, "http://x").pathname.slice(1).split("/");
  return "/" + [first, ...rest.map((part) => (WORDS.has(part) ? part : "*"))].join("/");
}

// Opens page after page, in the order in which their links stand, and returns the first address of each kind. Two more
// addresses of each kind are asked for, and every kind of file once, to see that links lead somewhere.
export async function walk(context, origin, faults, starts) {
  const page = await context.newPage();
  const found = new Map();
  const asked = new Map();
  const queue = starts.map((address) => ({ address, from: "the list" }));
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { address, from } = next;
    const url = new URL(address, origin);
    const file = NO_PAGE.test(url.pathname);
    const what = file ? `file ${kind(address).replace(/[^/]*$/, "")}${url.pathname.split(".").pop()}` : kind(address);
    const times = asked.get(what) ?? 0;
    if (times >= (file ? 1 : 3) || (asked.get(url.href) ?? 0)) continue;
    asked.set(what, times + 1);
    asked.set(url.href, 1);
    if (file || times > 0) {
      const answer = await context.request.get(url.href, { maxRedirects: 3 });
      faults.judge("links", from, answer.ok() ? [] : [`${answer.status()} ${address}`]);
      continue;
    }
    let answer;
    try { answer = await page.goto(url.href); } catch (error) {
      faults.add("links", from, `${address}: ${String(error.message).split("\n")[0]}`);
      continue;
    }
    faults.judge("links", from, answer.ok() ? [] : [`${answer.status()} ${address}`]);
    const type = answer.headers()["content-type"] ?? "";
    if (!answer.ok() || !type.startsWith("text/html")) continue;
    found.set(what, url.pathname + url.search);
    const links = await page.$$eval("a[href]", (all) => all.map((a) => a.href));
    for (const link of links.filter((link) => link.startsWith(`${origin}/`))) {
      if (/^\/(look|in|logout)(\/|$)/.test(new URL(link).pathname)) continue;
      queue.push({ address: link.replace(/#.*$/, ""), from: url.pathname });
    }
  }
  await page.close();
  return found;
}
