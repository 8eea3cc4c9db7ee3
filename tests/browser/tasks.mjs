// What people come for, done as they do it: by pointer with the steps counted, by the keyboard alone, and without script.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { visit } from "./browser.mjs";

// A newcomer may need so many clicks and fields.
export const BOUNDS = { behind: 1, send: 8 };

// Finds out which goal is behind and why; has a report made for last month and sends it. Returns the steps taken.
export async function newcomer(context, world, faults) {
  const page = await context.newPage();
  const steps = { behind: [], send: [] };
  const doing = (list) => ({
    click: async (selector) => { list.push(`click ${selector}`); await page.click(selector); },
    fill: async (selector, text) => { list.push(`fill ${selector}`); await page.fill(selector, text); },
    choose: async (selector, value) => { list.push(`choose ${selector}`); await page.selectOption(selector, value); },
  });
  await page.goto(world.origin);

  // The overview says it in words; one click leads to the goal and its history.
  const goal = page.locator(".goal", { has: page.locator(".status.behind") }).first();
  const title = (await goal.locator("h3").textContent()).trim();
  const why = (await goal.locator(".why").textContent()).trim();
  faults.judge("tasks", "which goal is behind", why.length > 20 ? [] : [`“${title}” does not say why: “${why}”`]);
  steps.behind.push("click the goal");
  await goal.locator("h3 a").click();
  const heading = (await page.textContent("h1")).trim();
  faults.judge("tasks", "which goal is behind", heading.includes(title) ? [] : [`“${title}” leads to “${heading}”`]);
  faults.judge("tasks", "which goal is behind", await page.locator("main svg.chart").count() ? [] : ["no chart of the goal"]);

  const to = doing(steps.send);
  await to.click("nav.menu a[href='/reports']");
  await to.click("main a[href='/reports/new']");
  await to.choose("[name=what]", "kind:monthly");
  await to.choose("[name=suggested]", "2026-10");
  await to.click("main form button");
  await page.waitForURL(/\/reports\/(?!making|new)[^/]+$/, { timeout: 60_000 });
  const report = new URL(page.url()).pathname;
  await to.fill("[name=recipients]", "ledning@bjorkvalla.example");
  await to.click("form[action$='/send'] button");
  // The page looks again by itself until the mail is sent.
  await page.waitForSelector("td:has-text('ledning@bjorkvalla.example'), th:has-text('ledning@bjorkvalla.example')");
  const mail = await world.mail("ledning@bjorkvalla.example");
  const sent = mail && /application\/pdf/.test(mail.text);
  faults.judge("tasks", "a report for last month, sent", sent ? [] : [mail ? "without its PDF" : "no mail came"]);
  await page.goto(world.origin + report);
  const ledger = await page.textContent("main");
  faults.judge("tasks", "a report for last month, sent", /oktober 2026/i.test(ledger) ? [] : ["it is not last month's"]);
  for (const [name, list] of Object.entries(steps)) {
    faults.judge("tasks", `steps: ${name}`, list.length <= BOUNDS[name] ? [] : [`${list.length} steps: ${list.join(", ")}`]);
    console.log(`  ${name}: ${list.length} steps (at most ${BOUNDS[name]}): ${list.join(", ")}`);
  }
  await page.close();
  return { behind: steps.behind.length, send: steps.send.length };
}

// Tab until the element is reached, as a person without a pointer does.
async function tabTo(page, selector, most = 400) {
  for (let step = 0; step < most; step += 1) {
    if (await page.evaluate((selector) => document.activeElement.matches(selector), selector)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${selector} cannot be reached by the keyboard`);
}

// Types a date into its field of year, month and day. In which order they stand is the browser's own language's, which is
// not the page's: each is turned by one first, to see which it is.
async function typeDate(page, selector, text) {
  await tabTo(page, selector);
  const { keyboard } = page;
  const goTo = async (segment) => {
    for (let back = 0; back < 3; back += 1) await keyboard.press("ArrowLeft");
    for (let on = 0; on < segment; on += 1) await keyboard.press("ArrowRight");
  };
  for (const segment of [0, 1, 2]) { await goTo(segment); await keyboard.press("ArrowUp"); }
  const parts = async () => (await page.inputValue(selector)).split("-");
  const order = [];
  for (const segment of [0, 1, 2]) {
    const before = await parts();
    await goTo(segment);
    await keyboard.press("ArrowUp");
    const after = await parts();
    order.push(after.findIndex((part, at) => part !== before[at]));
  }
  const wanted = text.split("-");
  for (const [segment, at] of order.entries()) { await goTo(segment); await keyboard.type(wanted[at]); }
}

// Logs in, sets a goal and reads a chart, without a pointer.
export async function keysAlone(browser, world, faults) {
  const context = await visit(browser, world, faults);
  const page = await context.newPage();
  const place = "by the keyboard alone";
  const type = async (selector, text) => { await tabTo(page, selector); await page.keyboard.type(text); };
  try {
    await page.goto(`${world.origin}/login`);
    await type("[name=email]", world.email);
    await type("[name=password]", world.password);
    await page.keyboard.press("Enter");
    await page.waitForSelector("nav.menu");
    faults.judge("keys", place, page.url() === `${world.origin}/` ? [] : [`logged in at ${page.url()}`]);

    await tabTo(page, ".person summary");
    await page.keyboard.press("Enter");
    await tabTo(page, ".drawer a");
    await page.keyboard.press("Escape");
    const shut = await page.evaluate(() => !document.querySelector(".person").open && document.activeElement.matches(".person summary"));
    faults.judge("keys", place, shut ? [] : ["Escape does not shut the menu of the person and go back to it"]);

    const probe = await page.locator(".probe").count() ? ".probe" : null;
    if (!probe) {
      await tabTo(page, ".goal h3 a");
      await page.keyboard.press("Enter");
      await page.waitForSelector("main svg.chart");
    }
    await tabTo(page, ".probe");
    const value = () => page.evaluate(() => document.activeElement.getAttribute("aria-valuetext"));
    await page.keyboard.press("ArrowLeft");
    const first = await value();
    await page.keyboard.press("ArrowLeft");
    faults.judge("keys", place, first && (await value()) !== first ? [] : ["the arrows do not move along a chart"]);

    await page.goto(`${world.origin}/goals/new`);
    await type("[name=id]", "tangentbordet");
    await type("[name=title]", "Ett mål satt utan mus");
    await tabTo(page, "[name=metric]");
    for (let step = 0; step < 80 && await page.inputValue("[name=metric]") !== "followers"; step += 1) await page.keyboard.press("ArrowDown");
    await type("[name=target]", "14000");
    await typeDate(page, "[name=due]", "2027-06-30");
    const due = await page.inputValue("[name=due]");
    faults.judge("keys", place, due === "2027-06-30" ? [] : [`the date became “${due}”`]);
    await tabTo(page, "button[value=look]");
    await page.keyboard.press("Enter");
    await page.waitForSelector("pre.diff");
    await tabTo(page, "button[value=save]");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/goals(\?.*)?$/);
    const written = await readFile(join(world.folder, "genomslag-demo", "config", "goals.toml"), "utf8");
    faults.judge("keys", place, written.includes('id = "tangentbordet"') ? [] : ["the goal is not in the file"]);
  } catch (error) {
    faults.add("keys", place, String(error.message ?? error).split("\n")[0]);
  }
  await context.close();
}

// The main tasks in a browser without script.
export async function withoutScript(browser, world, faults) {
  const context = await visit(browser, world, faults, { javaScriptEnabled: false });
  const page = await context.newPage();
  const place = "without script";
  const holds = (what, so) => faults.judge("noscript", `${place}: ${what}`, so ? [] : ["not so"]);
  try {
    await page.goto(`${world.origin}/login`);
    await page.fill("[name=email]", world.email);
    await page.fill("[name=password]", world.password);
    await page.click("main form button");
    holds("logs in", await page.locator("nav.menu").count() === 1);
    await page.selectOption("select[name=period]", { index: 1 });
    await page.click("form.picker button");
    holds("chooses a period", new URL(page.url()).searchParams.has("period"));
    await page.click(".goal h3 a");
    await page.click("figure summary");
    holds("reads a chart's table", await page.locator("figure details[open] table").first().isVisible());
    await page.click("footer a[hreflang=en]");
    holds("changes language", await page.getAttribute("html", "lang") === "en");
    await page.click("footer a[hreflang=sv]");

    await page.goto(`${world.origin}/reports/new`);
    await page.selectOption("[name=what]", "kind:weekly");
    await page.click("main form button");
    await page.waitForURL(/\/reports\/(?!making|new)[^/]+$/, { timeout: 60_000 });
    holds("has a report made", await page.locator("a[href$='report.pdf']").count() > 0);

    await page.goto(`${world.origin}/goals/new`);
    await page.fill("[name=id]", "utan-skript");
    await page.fill("[name=title]", "Ett mål utan skript");
    await page.selectOption("[name=metric]", "followers");
    await page.fill("[name=target]", "15000");
    await page.fill("[name=due]", "2027-12-31");
    await page.click("button[value=look]");
    holds("sees what a goal changes", await page.locator("pre.diff").count() === 1);
    await page.click("button[value=back]");
    holds("goes back to the form", await page.inputValue("[name=title]") === "Ett mål utan skript");

    const values = join(world.folder, "varden.csv");
    await writeFile(values, "date,measure,value,n,source\n2026-10-31,nojda,71,412,Medborgarenkät\n");
    await page.goto(`${world.origin}/import`);
    await page.setInputFiles("[name=files]", values);
    await page.click("main form button");
    holds("sees what a file is", /varden\.csv/.test(await page.textContent("main")));
    await page.click("button[value=forget]");
  } catch (error) {
    faults.add("noscript", place, String(error.message ?? error).split("\n")[0]);
  }
  await context.close();
}

// How quickly the overview is there, by the browser's own clock; printed, never judged.
export async function speed(context, world) {
  const page = await context.newPage();
  const once = async () => {
    await page.goto(world.origin);
    await page.waitForTimeout(300);
    return page.evaluate(() => new Promise((resolve) => {
      const [way] = performance.getEntriesByType("navigation");
      const paint = performance.getEntriesByName("first-contentful-paint")[0];
      const figures = { ttfb: way.responseStart, fcp: paint?.startTime ?? 0, lcp: 0, cls: 0, load: way.loadEventEnd };
      new PerformanceObserver((list) => { figures.lcp = list.getEntries().at(-1).startTime; }).observe({ type: "largest-contentful-paint", buffered: true });
      new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) figures.cls += one.value; }).observe({ type: "layout-shift", buffered: true });
      setTimeout(() => resolve(figures), 100);
    }));
  };
  await once();
  const runs = [];
  for (let run = 0; run < 5; run += 1) runs.push(await once());
  await page.close();
  const middle = (name) => runs.map((run) => run[name]).sort((one, other) => one - other)[2];
  return Object.fromEntries(Object.keys(runs[0]).map((name) => [name, Math.round(middle(name) * 1000) / 1000]));
}

