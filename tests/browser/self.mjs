// Whether the suite sees anything: a page with a fault of each kind that is looked for, and one without.
import { createServer } from "node:http";
import { CHECKS, Faults, visit } from "./browser.mjs";
import { skip, tabThrough } from "./keyboard.mjs";
import { look, still } from "./look.mjs";
import { walk } from "./routes.mjs";

const GOOD = `<!doctype html><html lang="sv"><head><title>Bra</title><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/style.css"></head><body><a class="skip" href="#content">Hoppa</a><nav aria-label="Meny"><a href="/">Hem</a></nav>
<main id="content" tabindex="-1"><h1>Bra</h1><p>Text.</p><p><button>Knapp</button></p></main></body></html>`;
const STYLE = ":focus-visible { outline: 3px solid #00579e; } .skip { position: absolute; left: -999rem; } .skip:focus { position: static; display: inline-block; }";
const BAD = `<!doctype html><html lang="fr"><head><title>Dålig</title><meta name="viewport" content="width=device-width"></head><body>
<style>* { outline: none !important; }</style>
<p style="color: red">Rad</p><nav><a href="/nowhere">Ingenstans</a></nav>
<h1>Ett</h1><h1>Två</h1><img src="/big.txt"><img src="http://127.0.0.1:9/elsewhere.png" alt="">
<p id="pale">Blek text</p><div id="wide">${"Bred".repeat(900)}</div><button id="late" tabindex="3">Först</button><button id="bare">Knapp</button>
<script src="/bad.js"></script></body></html>`;
const SCRIPT = `const sheet = new CSSStyleSheet();
sheet.replaceSync("#pale { color: #ccc; transition: color 2s; } #wide { width: 4000px; } #bare:focus { outline: none; } ");
document.adoptedStyleSheets = [sheet];
document.querySelector("#bare").addEventListener("keydown", (event) => { if (event.key === "Tab") event.preventDefault(); });
const filler = "${"x".repeat(300_000)}"; throw new Error("on purpose");`;
const POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' http:";

// What is wrong with the suite itself.
export async function examine(browser) {
  const server = createServer((request, answer) => {
    const pages = { "/": ["text/html", GOOD], "/bad": ["text/html", BAD], "/style.css": ["text/css", STYLE], "/bad.js": ["text/javascript", SCRIPT] };
    const [type, text] = pages[request.url] ?? ["text/plain", "none"];
    answer.writeHead(pages[request.url] ? 200 : 404, { "content-type": `${type}; charset=utf-8`, "content-security-policy": POLICY });
    answer.end(text);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const world = { origin: `http://127.0.0.1:${server.address().port}` };
  const found = {};
  for (const address of ["/", "/bad"]) {
    const faults = new Faults();
    faults.quiet = true;
    const context = await visit(browser, world, faults);
    await look(context, world, faults, { name: address, address, language: "sv", weights: new Map(), wide: false });
    await walk(context, world.origin, faults, [address]);
    const page = await context.newPage();
    await page.goto(world.origin + address);
    await skip(page, faults);
    await tabThrough(page, faults);
    await still(page, faults);
    await context.close();
    found[address] = faults.list();
  }
  server.close();
  const seen = new Set(found["/bad"].map(({ check }) => check));
  // The others are things done, not looked at: they fail when they are not done.
  const things = Object.keys(CHECKS).filter((check) => !["states", "tasks", "keys", "noscript", "looked"].includes(check));
  return [
    ...found["/"].map(({ check, what }) => `a good page is said to fail ${check}: ${what}`),
    ...things.filter((check) => !seen.has(check)).map((check) => `a bad page passes ${check}`),
  ];
}
