// Chromium, and what is watched on every page whoever opens it.
import { chromium } from "playwright-core";

const OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--lang=sv-SE", "--font-render-hinting=none"];

export function launch(program) {
  return chromium.launch({ executablePath: program, headless: true, args: OPTIONS });
}

// What is tried, by the names that the statement knows it by.
export const CHECKS = {
  axe: "axe-core finds nothing against WCAG 2.2 A and AA",
  phone: "no scrolling sideways at 360 pixels",
  zoom: "no scrolling sideways at 400 % (320 pixels)",
  sideways: "no scrolling sideways at 1280 and 2560 pixels",
  spacing: "text may be spaced out (1.4.12)",
  keyboard: "everything is reached by the keyboard, in order, with a focus one sees and nothing over it",
  skip: "the first stop leads past the menu",
  motion: "no motion for those who do not want any",
  heading: "one heading of the first level",
  language: "a page says its language; a report has its own",
  states: "what went wrong is told on a page of its own",
  tasks: "a newcomer's tasks, within the steps",
  keys: "the tasks by the keyboard alone",
  noscript: "the tasks without script",
  links: "links lead somewhere",
  answers: "every answer is one",
  host: "nothing is asked of another host",
  script: "no error of a script",
  console: "nothing in the console, no breach of the security policy",
  weight: "a page with its style and script weighs under 300 kB, as it is sent",
  looked: "every page can be looked at",
};

// A window of its own. What goes wrong in it by itself (another host, an error of a script, a breach of the security
// policy, an answer that is none) is put into `faults`.
export async function visit(browser, world, faults, options = {}) {
  const { language = "sv", state, ...rest } = options;
  const context = await browser.newContext({
    locale: language === "sv" ? "sv-SE" : "en-GB", timezoneId: "Europe/Stockholm", viewport: { width: 1280, height: 900 },
    storageState: state,
    // Colours change at once: what is looked at is not halfway between two looks.
    reducedMotion: "reduce", ...rest,
  });
  context.setDefaultTimeout(30_000);
  await context.addCookies([{ name: "genomslag-language", value: language, url: world.origin }]);
  await context.route((url) => url.origin !== world.origin && url.protocol.startsWith("http"), (route) => {
    faults.add("host", route.request().frame().url(), `asked for ${route.request().url()}`);
    return route.abort();
  });
  context.on("page", (page) => watch(page, faults));
  return context;
}

// The answers that a page is expected to give, by page; all else from 400 on is a fault.
const expected = new WeakMap();
export const expects = (page, ...statuses) => expected.set(page, statuses);

function watch(page, faults) {
  page.on("pageerror", (error) => faults.add("script", page.url(), String(error)));
  page.on("console", (message) => {
    if (message.type() !== "error") return;
    // An answer that is a refusal is told in the console too; it is judged by its status below.
    if (/^Failed to load resource/.test(message.text())) return;
    faults.add("console", page.url(), message.text());
  });
  page.on("response", (response) => {
    const allowed = expected.get(page) ?? [];
    if (response.status() >= 400 && !allowed.includes(response.status())) {
      faults.add("answers", page.url(), `${response.status()} ${response.url()}`);
    }
  });
}

// What did not hold, once each, and how often each thing was tried.
export class Faults {
  found = new Map();
  // What is watched all the time is tried at least once.
  tried = new Map(["host", "script", "console", "answers", "looked"].map((check) => [check, 1]));

  try(check) {
    this.tried.set(check, (this.tried.get(check) ?? 0) + 1);
  }

  add(check, place, what) {
    const where = place.replace(/^https?:\/\/[^/]+/, "");
    const key = `${check} ${where} ${what}`;
    if (this.found.has(key)) return;
    this.found.set(key, { check, where, what });
    if (!this.quiet) console.log(`  FAULT ${check}: ${where}: ${what}`);
  }

  // Notes that a check was made, and that it did not hold if there is anything to say.
  judge(check, place, wrong) {
    this.try(check);
    for (const one of wrong) this.add(check, place, one);
  }

  list() {
    return [...this.found.values()];
  }
}
