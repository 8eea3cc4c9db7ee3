// The keyboard alone: everything can be reached, in the order in which it stands, and one sees where one is.

// The page afresh: with the focus nowhere.
const afresh = (page) => page.goto(page.url().replace(/#.*$/, ""));

export async function tabThrough(page, faults) {
  await afresh(page);
  const count = await page.evaluate(() => {
    const able = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
    const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0 && !one.closest("[inert]");
    const all = [...document.querySelectorAll(able)].filter((one) => one.tabIndex >= 0 && !one.disabled && seen(one));
    window.stations = all;
    window.stop = () => {
      const here = document.activeElement;
      const at = all.indexOf(here);
      if (at < 0) return { at, name: here.tagName };
      const style = getComputedStyle(here);
      const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
      const [box] = here.getClientRects();
      const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
      const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
      const inside = right - left > 0 && bottom - top > 0;
      const front = inside && document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      const free = Boolean(front) && (here.contains(front) || front.contains(here) || front.closest("label")?.contains(here));
      const text = (here.getAttribute("aria-label") ?? here.textContent).trim().slice(0, 30);
      return { at, ring, inside, free, name: `${here.tagName.toLowerCase()} “${text}”` };
    };
    return { all: all.length, ordered: all.every((one) => one.tabIndex === 0) };
  });
  const wrong = count.ordered ? [] : ["an order of its own (tabindex above 0)"];
  const reached = new Set();
  let before = -1;
  // A group of radio buttons is one stop; dates have several: so the end is when one is back at the start.
  for (let step = 0; step < count.all * 4 + 20; step += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => window.stop());
    if (stop.at < 0 || (stop.at === 0 && reached.size > 1)) break;
    if (stop.at < before) wrong.push(`back from ${before} to ${stop.at}: ${stop.name}`);
    if (!stop.ring) wrong.push(`the focus cannot be seen on ${stop.name}`);
    else if (!stop.inside || !stop.free) wrong.push(`something lies over ${stop.name}`);
    before = stop.at;
    reached.add(stop.at);
  }
  const missed = await page.evaluate((reached) => {
    const once = (one, at) => !reached.includes(at) && one.type !== "radio";
    return window.stations.filter(once).map((one) => `${one.tagName.toLowerCase()} “${one.textContent.trim().slice(0, 30)}”`);
  }, [...reached]);
  if (missed.length) wrong.push(`${missed.length} of ${count.all} cannot be reached, first ${missed[0]}`);
  faults.judge("keyboard", page.url(), [...new Set(wrong)].slice(0, 5));
  return reached.size;
}

export async function skip(page, faults) {
  await afresh(page);
  await page.keyboard.press("Tab");
  const first = await page.evaluate(() => ({ href: document.activeElement.getAttribute("href"), box: document.activeElement.getBoundingClientRect().toJSON() }));
  const wrong = first.href === "#content" && first.box.left >= 0 && first.box.width > 1 ? [] : ["the first stop is not the way past the menu, in sight"];
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  // What is next stands in the page's own part or, where there is nothing to stop at, after it.
  const within = await page.evaluate(() => {
    const [here, main] = [document.activeElement, document.querySelector("main")];
    return here === document.body || main?.contains(here) || Boolean(main?.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING);
  });
  if (!within) wrong.push("it does not lead past the menu");
  faults.judge("skip", page.url(), wrong);
}
