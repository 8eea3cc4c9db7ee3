// The web, used as people use it: see .ci/browser. Ends with 0 if everything held.
import { createRequire } from "node:module";
import { parseArgs } from "node:util";
import { CHECKS, Faults, launch, visit } from "./browser.mjs";
import { skip, tabThrough } from "./keyboard.mjs";
import { look, still } from "./look.mjs";
import { walk } from "./routes.mjs";
import { examine } from "./self.mjs";
import { inviteReader, states as lookAtStates } from "./states.mjs";
import { read, results, untrue, write } from "./statement.mjs";
import { keysAlone, newcomer, speed, withoutScript } from "./tasks.mjs";
import { open } from "./world.mjs";

const { values: asked } = parseArgs({ options: {
  program: { type: "string" }, chromium: { type: "string", default: "/usr/bin/chromium" }, statement: { type: "string" },
  renew: { type: "boolean", default: false }, pictures: { type: "string" }, today: { type: "string" },
  only: { type: "string" }, wide: { type: "boolean", default: false },
} });

// The pages to begin with; all others are found from them.
const STARTS = ["/", "/channels", "/posts", "/campaigns", "/reports", "/goals", "/import", "/operations", "/accounts", "/account",
  "/accessibility"];
const started = Date.now();
const part = (name) => console.log(`${((Date.now() - started) / 1000).toFixed(0).padStart(4)} s  ${name}`);

// The rest of the list is done by as many hands as the machine has.
async function among(hands, list, work) {
  const rest = [...list];
  await Promise.all(Array.from({ length: hands }, async (_, hand) => {
    for (let one = rest.shift(); one; one = rest.shift()) await work(one, hand);
  }));
}

const world = await open(asked.program);
const browser = await launch(asked.chromium);
const faults = new Faults();
const weights = new Map();
let failed = false;
try {
  part("the suite itself, on a page with every fault and one with none");
  for (const one of await examine(browser)) { failed = true; console.log(`  the suite: ${one}`); }
  part("logging in by the printed link");
  const administrator = await visit(browser, world, faults);
  const first = await administrator.newPage();
  await first.goto(world.link);
  await first.waitForSelector("nav.menu");
  await first.close();
  const sessions = { administrator: await administrator.storageState() };

  part("the newcomer's tasks");
  let steps = {};
  try { steps = await newcomer(administrator, world, faults); } catch (error) { faults.add("tasks", "the newcomer", String(error.message).split("\n").slice(0, 3).join(" ")); }
  part("a reader is invited");
  sessions.reader = await inviteReader(administrator, browser, world, faults);

  part("every page there is");
  const found = await walk(administrator, world.origin, faults, STARTS);
  const pages = [...found].filter(([name]) => !asked.only || name.match(asked.only));
  console.log(`  ${found.size} kinds of pages: ${[...found.keys()].join(" ")}`);

  const contexts = {};
  for (const language of ["sv", "en"]) contexts[language] = await visit(browser, world, faults, { language, state: sessions.administrator });
  for (const language of ["sv", "en"]) {
    part(`each page in ${language}, in three widths, light and dark`);
    await among(3, pages, async ([name, address]) => {
      try {
        await look(contexts[language], world, faults, { name, address, language, pictures: asked.pictures, weights, wide: asked.wide });
      } catch (error) { faults.add("looked", address, String(error.message).split("\n")[0]); }
    });
  }

  part("the keyboard");
  await among(3, pages, async ([, address]) => {
    const page = await contexts.sv.newPage();
    await page.goto(world.origin + address);
    await skip(page, faults);
    await tabThrough(page, faults);
    await still(page, faults);
    await page.close();
  });
  await keysAlone(browser, world, faults);

  part("without script");
  await withoutScript(browser, world, faults);

  part("what is seen when something is wrong");
  const states = await lookAtStates(browser, world, faults, sessions, asked.pictures);

  part("how quickly");
  const times = await speed(administrator, world);
  console.log(`  the overview, median of 5, ms: ${Object.entries(times).map(([name, value]) => `${name} ${value}`).join(", ")}`);
  for (const [name, weight] of [...weights].sort((one, other) => other[1].whole - one[1].whole).slice(0, 8)) {
    console.log(`  ${name}: ${weight.sent} bytes sent, ${weight.whole} unpacked, pictures ${weight.pictures}`);
  }

  const axe = createRequire(import.meta.url)("axe-core/package.json").version;
  const all = results({ faults, pages: found.keys(), states, steps, axe, browser: `Chromium ${browser.version().split(".")[0]}`, today: asked.today });
  part(`done: ${found.size} pages, ${states.length} states, ${[...faults.tried.values()].reduce((sum, one) => sum + one, 0)} checks`);
  for (const { name, failed: places } of all.checks) {
    console.log(`  ${String(faults.tried.get(name)).padStart(5)} × ${CHECKS[name]}: ${places ? `${places} FAULTS` : "holds"}`);
  }
  // Faults that the statement names are known; all others end this with 1. A statement of nothing yet cannot be untrue.
  if (asked.renew) await write(asked.statement, all);
  const said = await read(asked.statement);
  const wrong = said.tested ? untrue(said, all) : [];
  if (!said.tested) console.log("the accessibility statement says that nothing was tried yet: write what was found by --renew");
  for (const one of wrong) console.log(`the accessibility statement is not true: ${one}`);
  if (wrong.length) failed = true;
  console.log(`${faults.list().length || "no"} faults, ${failed ? "not as stated" : "as stated"}`);
} finally {
  await browser.close();
  await world.close();
}
process.exit(failed ? 1 : 0);
