// What is seen when something is not as it should be, and after doing things: looked at by axe as every page is.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expects, visit } from "./browser.mjs";
import { fits, open, scan } from "./look.mjs";

// Somebody without an account; somebody who may only read; and an administrator who fills in forms wrongly.
const GUEST = [
  ["the login", 200, (page, at) => page.goto(at("/login"))],
  ["a wrong password", 403, async (page, at) => {
    await page.goto(at("/login"));
    await page.fill("[name=email]", "nobody@bjorkvalla.example");
    await page.fill("[name=password]", "not the password");
    await page.click("main form button");
  }],
  ["a link that logs in, used before", 200, (page, at) => page.goto(at("/in/used"))],
  ["an invitation that is over", 404, (page, at) => page.goto(at("/invitation/over"))],
  ["a share link that is over", 404, (page, at) => page.goto(at("/s/over"))],
  ["a link to stop mails that is none", 404, (page, at) => page.goto(at("/unsubscribe/none"))],
  ["a link to approve that is none", 404, (page, at) => page.goto(at("/approve/none"))],
];
const READER = [
  ["what a reader may not do", 403, (page, at) => page.goto(at("/accounts"))],
  ["a reader's overview", 200, (page, at) => page.goto(at("/"))],
];
const ADMINISTRATOR = [
  ["a page that is not there", 404, (page, at) => page.goto(at("/not-there"))],
  ["a goal that is not there", 404, (page, at) => page.goto(at("/goal/not-there"))],
  ["a period that is none", 422, (page, at) => page.goto(at("/?period=yesterday"))],
  ["a goal with faults", 422, async (page, at) => {
    await page.goto(at("/goals/new"));
    await page.fill("[name=title]", "Ett mål utan mått");
    await page.click("button[value=look]");
  }],
  ["a changed goal before it is saved", 200, async (page, at) => {
    await page.goto(at("/goals"));
    await page.click("main td a[href^='/goals/']");
    await page.fill("[name=target]", "99");
    // What was decided is changed: the form asks why.
    await open(page);
    await page.fill("[name=change_reason]", "Ett prov av formuläret");
    await page.click("button[value=look]");
    await page.waitForSelector("pre.diff");
  }],
  ["a report for a period that is none", 422, async (page, at) => {
    await page.goto(at("/reports/new"));
    await page.fill("[name=period]", "yesterday");
    await page.click("main form button");
  }],
  ["an import without files", 422, async (page, at) => {
    await page.goto(at("/import"));
    await page.evaluate(() => { document.querySelector("#files").required = false; });
    await page.click("main form button");
  }],
  ["a wrong old password", 422, async (page, at) => {
    await page.goto(at("/account"));
    await page.fill("[name=old]", "not the password");
    await page.fill("[name=new]", "short");
    await page.click("main form button");
  }],
  ["a token, shown once", 200, async (page, at) => {
    await page.goto(at("/accounts/tokens"));
    await page.fill("[name=name]", "Instrumentpanelen");
    await page.click("main form.narrow button");
    await page.waitForSelector(".secret");
  }],
  ["the menu of the person", 200, async (page, at) => {
    await page.goto(at("/account"));
    await page.click(".person summary");
  }],
];

function invitation(mail) {
  // Quoted-printable breaks long lines and writes = as =3D.
  return mail.text.replace(/=\r\n/g, "").replace(/=3D/g, "=").match(/http:\/\/127\.0\.0\.1:\d+\/invitation\/[\w-]+/)[0];
}

// Shows every state in both languages and looks, and returns their names.
export async function states(browser, world, faults, sessions, pictures) {
  const names = [];
  for (const [list, state, who] of [[GUEST, undefined, "guest"], [READER, sessions.reader, "reader"], [ADMINISTRATOR, sessions.administrator, "administrator"]]) {
    for (const language of ["sv", "en"]) {
      const context = await visit(browser, world, faults, { language, state });
      context.setDefaultTimeout(8_000);
      const page = await context.newPage();
      for (const [name, status, reach] of list) {
        await state_(page, world, faults, { name, status, reach, who, language, pictures });
        if (language === "sv") names.push(name);
      }
      await context.close();
    }
  }
  return names;
}

async function state_(page, world, faults, { name, status, reach, who, language, pictures }) {
  const place = `${name} (${language})`;
  // Refusals of what was sent are told with one status or another; that a page comes that says why is what counts.
  expects(page, 400, 403, 404, 409, 422, 429);
  let last = 200;
  const note = (response) => { if (response.request().isNavigationRequest()) last = response.status(); };
  page.on("response", note);
  try {
    await page.setViewportSize({ width: 1280, height: 900 });
    await reach(page, (path) => world.origin + path);
    await page.waitForLoadState();
    const refused = status >= 400;
    faults.judge("states", place, (last >= 400) === refused ? [] : [`${last} in place of ${status}`]);
    const heading = await page.$$eval("main h1", (all) => all.map((one) => one.textContent.trim()).join());
    faults.judge("states", place, heading ? [] : ["there is no heading"]);
    for (const [colorScheme, width] of [["light", 1280], ["dark", 360]]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      await scan(page, faults);
      await fits(page, faults, width === 360 ? "phone" : "sideways");
      if (pictures) {
        await mkdir(pictures, { recursive: true });
        await page.screenshot({ path: join(pictures, `state-${who}-${name.replace(/\W+/g, "-")}.${language}.${colorScheme}.${width}.png`), fullPage: true });
      }
    }
    await page.emulateMedia({ colorScheme: "light" });
  } catch (error) {
    faults.add("states", place, String(error.message ?? error).split("\n")[0]);
  }
  page.off("response", note);
}

// An administrator invites a reader, who takes the link from the mail, or as it is shown once.
export async function inviteReader(administrator, browser, world, faults) {
  const page = await administrator.newPage();
  await page.goto(`${world.origin}/accounts`);
  await page.fill("[name=email]", "lasare@bjorkvalla.example");
  await page.selectOption("[name=role]", "reader");
  await page.click("form.narrow button");
  const told = page.locator("main .decision[role=status]");
  await told.waitFor();
  const shown = await told.locator(".secret").count();
  const link = shown ? (await told.locator(".secret").textContent()).trim() : invitation(await world.mail("lasare@bjorkvalla.example"));
  await page.close();
  const context = await visit(browser, world, faults);
  const own = await context.newPage();
  await own.goto(link);
  await own.fill("[name=name]", "Lina Läsare");
  await own.fill("[name=password]", "en lång mening om biblioteket");
  await own.click("main form button");
  await own.waitForSelector("nav.menu");
  const state = await context.storageState();
  await context.close();
  return state;
}
