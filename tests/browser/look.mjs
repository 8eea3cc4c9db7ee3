// One page, looked at in every width and look: what axe-core says, whether it fits, what it weighs; and its picture.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import axe from "axe-core";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
export const WIDTHS = [[1280, 900], [360, 740], [2560, 1440]];
// A page's own bytes as they are sent, compressed: what it says, its style and its script.
const MOST = 300_000;

export async function scan(page, faults, check = "axe") {
  if (!await page.evaluate("Boolean(window.axe)")) await page.evaluate(axe.source);
  const violations = await page.evaluate(async (values) => {
    const { violations } = await window.axe.run(document, { runOnly: { type: "tag", values }, resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ any, all, none, target }) => ({ any, all, none, target })) }));
  }, TAGS);
  const size = page.viewportSize();
  const wrong = violations.map(({ id, nodes }) => {
    const first = nodes[0];
    const why = [...first.any, ...first.all, ...first.none].map(({ message }) => message).join("; ");
    return `${id} (${size.width} px, ${nodes.length} places), first ${first.target.join(" ")}: ${why}`;
  });
  faults.judge(check, page.url(), wrong);
}

// Nothing but tables and other regions with a scroll bar of their own may be wider than the window.
export async function fits(page, faults, check) {
  const wrong = await page.evaluate(() => {
    const most = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= most) return [];
    const held = (element) => {
      for (let up = element.parentElement; up && up !== document.body; up = up.parentElement) {
        if (/auto|scroll|hidden|clip/.test(getComputedStyle(up).overflowX)) return true;
      }
      return false;
    };
    const wide = [...document.body.querySelectorAll("*")].filter((one) => !held(one)
      && (one.getBoundingClientRect().right > most + 1 || (one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === "visible")));
    const named = wide.slice(-3).map((one) => `${one.tagName.toLowerCase()}.${one.getAttribute("class") ?? ""} to ${Math.round(one.getBoundingClientRect().right)}`);
    return [`${document.documentElement.scrollWidth} px in a window of ${most}: ${named.join(", ")}`];
  });
  faults.judge(check, page.url(), wrong);
}

export const open = (page) => page.evaluate(() => {
  for (const one of document.querySelectorAll("main details")) one.open = true;
});

export async function weigh(page, faults, weights, name) {
  const parts = await page.evaluate(() => {
    const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    return all.map((one) => [one.initiatorType, one.name, one.encodedBodySize, one.decodedBodySize]);
  });
  const sum = (list, at) => list.reduce((all, part) => all + part[at], 0);
  const own = parts.filter(([type]) => type !== "img");
  const weight = { sent: sum(own, 2), whole: sum(own, 3), pictures: sum(parts, 2) - sum(own, 2) };
  weights.set(name, weight);
  faults.judge("weight", page.url(), weight.sent > MOST ? [`${weight.sent} bytes sent, ${weight.whole} unpacked`] : []);
}

// Words and lines further apart (WCAG 1.4.12), and nothing cut off or wider than the window.
async function spaced(page, faults) {
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; } p { margin-bottom: 2em !important; }");
    document.adoptedStyleSheets = [sheet];
  });
  await fits(page, faults, "spacing");
  await page.evaluate(() => { document.adoptedStyleSheets = []; });
}

export async function look(context, world, faults, { name, address, language, pictures, weights, wide }) {
  const page = await context.newPage();
  await page.goto(world.origin + address);
  const file = name.replace(/^\//, "").replace(/\W+/g, "-") || "overview";
  const heading = await page.$$eval("h1", (all) => all.length);
  faults.judge("heading", address, heading === 1 ? [] : [`${heading} of them`]);
  // A report is read as it was made, in its own language, whoever reads it.
  const expected = address.match(/^\/reports\/[^/]*-(sv|en)-[0-9a-f]+\/read$/)?.[1] ?? language;
  const spoken = await page.getAttribute("html", "lang");
  faults.judge("language", address, spoken === expected ? [] : [`${spoken} in place of ${expected}`]);
  if (language === "sv") await weigh(page, faults, weights, name);
  for (const [width, height] of WIDTHS) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await fits(page, faults, width === 360 ? "phone" : "sideways");
      if (width !== 2560 || wide) await scan(page, faults);
      if (pictures) {
        await mkdir(pictures, { recursive: true });
        await page.screenshot({ path: join(pictures, `${file}.${language}.${colorScheme}.${width}.png`), fullPage: true });
      }
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  // All that can be folded out, on a telephone and at 400 % of 1280 pixels.
  await page.setViewportSize({ width: 360, height: 740 });
  await open(page);
  await scan(page, faults);
  if (pictures) await page.screenshot({ path: join(pictures, `${file}.${language}.open.360.png`), fullPage: true });
  await page.setViewportSize({ width: 320, height: 256 });
  await fits(page, faults, "zoom");
  await spaced(page, faults);
  await page.close();
}

// Nobody who asked for less motion gets any.
export async function still(page, faults) {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const wrong = await page.evaluate(() => {
    const moving = [...document.querySelectorAll("*")].filter((one) => {
      const style = getComputedStyle(one);
      return [...style.transitionDuration.split(","), ...style.animationDuration.split(",")].some((time) => parseFloat(time) > 0);
    });
    return moving.length ? [`${moving.length} elements, first ${moving[0].tagName} ${moving[0].className}`] : [];
  });
  faults.judge("motion", page.url(), wrong);
}
