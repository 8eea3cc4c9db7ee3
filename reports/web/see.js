// Charts: the values of a day, by pointer, finger or keys. Without this the table below each chart says the same.
(() => {
  "use strict";
  const name = "http://www.w3.org/2000/svg";
  const draw = (kind, values) => {
    const element = document.createElementNS(name, kind);
    for (const [key, value] of Object.entries(values)) element.setAttribute(key, value);
    return element;
  };

  // The values that lie at the same day, or on the same bar.
  const stations = (marks, axis) => {
    const found = new Map();
    for (const mark of marks) {
      const key = mark[axis];
      if (!found.has(key)) found.set(key, []);
      found.get(key).push(mark);
    }
    return [...found.entries()].sort((one, other) => one[0] - other[0]).map(([at, marks]) => ({ at, marks }));
  };

  const equip = (figure) => {
    const bars = figure.dataset.kind === "bars";
    const all = stations(JSON.parse(figure.dataset.marks), bars ? 1 : 0);
    const drawing = figure.querySelector(".drawing");
    if (!all.length || !drawing) return;
    const width = Number(figure.dataset.width);
    const height = Number(figure.dataset.height);

    const layer = draw("svg", { viewBox: `0 0 ${width} ${height}`, class: "layer", "aria-hidden": "true" });
    const told = document.createElement("div");
    told.className = "told";
    told.hidden = true;
    const probe = document.createElement("div");
    probe.className = "probe";
    probe.tabIndex = 0;
    probe.setAttribute("role", "slider");
    probe.setAttribute("aria-label", figure.querySelector("figcaption").textContent);
    probe.setAttribute("aria-valuemin", "1");
    probe.setAttribute("aria-valuemax", String(all.length));
    drawing.append(layer, told, probe);
    // Where it does not fit, the newest is in sight first.
    if (!bars) drawing.parentElement.scrollLeft = drawing.parentElement.scrollWidth;

    let place = all.length - 1;
    const text = (station) => station.marks.map((mark) => `${mark[2]}: ${mark[3]}`);
    const say = () => {
      probe.setAttribute("aria-valuenow", String(place + 1));
      probe.setAttribute("aria-valuetext", text(all[place]).join("; "));
    };
    const hide = () => {
      layer.replaceChildren();
      told.hidden = true;
    };
    const show = () => {
      const station = all[place];
      const line = bars ? [] : [draw("line", { x1: station.at, x2: station.at, y1: 0, y2: height, class: "guide" })];
      const points = station.marks.map((mark) => draw("circle", { cx: mark[0], cy: mark[1], r: 3.5, class: "point" }));
      layer.replaceChildren(...line, ...points);
      told.replaceChildren(...text(station).map((line) => {
        const row = document.createElement("div");
        row.textContent = line;
        return row;
      }));
      told.hidden = false;
      const first = station.marks[0];
      const share = first[0] / width;
      told.classList.toggle("left", share > 0.5);
      told.style.insetInlineStart = share > 0.5 ? "" : `${share * 100}%`;
      told.style.insetInlineEnd = share > 0.5 ? `${(1 - share) * 100}%` : "";
      told.style.top = `${Math.min(first[1] / height, 0.55) * 100}%`;
      say();
    };
    const nearest = (event) => {
      const box = layer.getBoundingClientRect();
      const at = bars ? ((event.clientY - box.top) / box.height) * height : ((event.clientX - box.left) / box.width) * width;
      let best = 0;
      all.forEach((station, index) => {
        if (Math.abs(station.at - at) < Math.abs(all[best].at - at)) best = index;
      });
      return best;
    };
    const point = (event) => {
      place = nearest(event);
      show();
    };
    drawing.addEventListener("pointermove", point);
    drawing.addEventListener("pointerdown", point);
    drawing.addEventListener("pointerleave", () => {
      if (document.activeElement !== probe) hide();
    });
    probe.addEventListener("focus", show);
    probe.addEventListener("blur", hide);
    const steps = { ArrowRight: 1, ArrowUp: bars ? -1 : 1, ArrowLeft: -1, ArrowDown: bars ? 1 : -1, PageUp: 7, PageDown: -7 };
    probe.addEventListener("keydown", (event) => {
      if (event.key === "Escape") return hide();
      const last = all.length - 1;
      if (event.key in steps) place = Math.max(0, Math.min(last, place + steps[event.key]));
      else if (event.key === "Home") place = 0;
      else if (event.key === "End") place = last;
      else return undefined;
      event.preventDefault();
      return show();
    });
    say();
  };

  for (const figure of document.querySelectorAll("figure.chart[data-marks]")) equip(figure);
})();
