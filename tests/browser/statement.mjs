// The results, as the page `/accessibility` tells them: what was looked at, what was tried, what did not hold.
import { readFile, writeFile } from "node:fs/promises";
import { CHECKS } from "./browser.mjs";

export function results({ faults, pages, states, steps, axe, browser, today }) {
  const made = Object.keys(CHECKS).filter((name) => faults.tried.has(name));
  const checks = made.map((name) => ({ name, failed: faults.list().filter(({ check }) => check === name).length }));
  return {
    tested: today, standard: "WCAG 2.2 A, AA", axe, browser,
    pages: [...pages].sort(), states: [...states].sort(), steps,
    checks,
    faults: faults.list().map(({ check, where, what }) => ({ check, where, what })),
  };
}

// What the committed statement says and is not so. Pages and checks that it does not know yet are no untruth.
export function untrue(said, found) {
  const wrong = [];
  for (const list of ["pages", "states"]) {
    for (const name of said[list]) if (!found[list].includes(name)) wrong.push(`it names ${name} (${list}), which was not looked at`);
  }
  for (const { name, failed } of said.checks) {
    const now = found.checks.find((check) => check.name === name);
    if (!now) wrong.push(`it names the check “${name}”, which was not made`);
    else if (now.failed > failed) wrong.push(`“${name}” failed in ${now.failed} places, not in ${failed}`);
  }
  for (const { name, failed } of found.checks) {
    if (failed && !said.checks.some((check) => check.name === name)) wrong.push(`it does not know that “${name}” failed in ${failed} places`);
  }
  return wrong;
}

export const read = async (file) => JSON.parse(await readFile(file, "utf8"));
export const write = (file, value) => writeFile(file, `${JSON.stringify(value, null, 2)}\n`);
