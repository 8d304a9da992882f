// One panel in the browser: controls on the left, picture and words on the right. `model` is an anywidget model, or, in
// an exported page, an object with the same four verbs. No library, no network.

const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value !== false && value != null) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
};

// JupyterLab would take arrow keys, Space and Enter for its own commands.
const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" };
let count = 0;

const shown = (value) => (Math.abs(value) >= 1e-4 && Math.abs(value) < 1e6) || value === 0 ? String(+value.toPrecision(6)) : value.toExponential(3).replace(/\.?0+e/, "e");

/** A field counts when Enter is pressed or it is left. */
const typed = (field, commit) => {
  field.addEventListener("change", commit);
  field.addEventListener("blur", commit);
  field.addEventListener("keydown", (event) => event.key === "Enter" && commit());
  return field;
};

/** Each kind of control: makes its row's cells and gives `set`, which shows a value. `put(value)` hands a new one on. */
const KINDS = {
  slider(spec, id, put) {
    const at = (value) => (spec.log ? Math.log10(value) : value);
    const clean = (text) => (spec.log ? +(10 ** +text).toPrecision(12) : +(+text).toPrecision(12));
    let high = spec.high;
    const within = (value) => Math.min(Math.max(value, spec.low), high);
    const range = make("input", {
      type: "range", id, min: at(spec.low), max: at(spec.high), step: spec.step, ...OWN_KEYS,
      oninput: () => put(within(clean(range.value))),
      onkeydown: (event) => { // from a value between two stops to the next one, where the browser would jump over it
        const way = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
        if (!way || near(clean(range.value), now)) return;
        event.preventDefault();
        const next = way > 0 ? spec.stops.find((stop) => stop > now && stop <= high) : spec.stops.findLast((stop) => stop < now);
        if (next !== undefined) put(next);
      },
    });
    let last, now;
    const near = (one, other) => Math.abs(one - other) <= 1e-9 * Math.abs(other);
    const box = typed(make("input", {
      type: "number", "aria-label": `${spec.label}, number`, min: spec.low, max: spec.high,
      step: spec.kind === "integer" ? 1 : "any", ...OWN_KEYS,
      onkeydown: (event) => {
        if (spec.kind === "integer" || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
        event.preventDefault(); // `any` would step by one whole
        put(within(clean(at(+box.value) + (event.key === "ArrowUp" ? 1 : -1) * spec.step)));
      },
    }), () => box.value !== last && put(box.value === "" || !Number.isFinite(+box.value) ? null : within(+box.value)));
    const set = (value, end = spec.high) => {
      now = value;
      if (end !== high) { high = end; range.max = at(end); box.max = end; }
      if (!near(clean(range.value), value)) range.value = at(value);
      range.setAttribute("aria-valuetext", shown(value));
      range.style.setProperty("--at", `${(100 * (at(value) - at(spec.low))) / (at(high) - at(spec.low) || 1)}%`);
      box.value = last = shown(value);
    };
    return { cells: [range, box], set };
  },
  seed(spec, id, put) {
    const box = typed(make("input", { type: "number", id, min: 0, max: 4294967295, step: 1, ...OWN_KEYS }),
      () => put(box.value === "" ? null : Math.round(Math.min(Math.max(+box.value, 0), 4294967295))));
    const button = make("button", { type: "button", "aria-label": `new ${spec.label}`, ...OWN_KEYS, onclick: () => put(Math.floor(Math.random() * 10000)) }, "New");
    return { cells: [box, button], set: (value) => (box.value = value) };
  },
  choice(spec, id, put) {
    const select = make("select", { id, class: "dl-wide", ...OWN_KEYS, onchange: () => put(select.value) },
      ...spec.options.map((name) => make("option", { value: name }, name)));
    return { cells: [select], set: (value) => (select.value = value) };
  },
  toggle(spec, id, put) {
    const box = make("input", { type: "checkbox", id, ...OWN_KEYS, onchange: () => put(box.checked) });
    return { cells: [box], set: (value) => (box.checked = value) };
  },
  line(spec, id, put) {
    const field = typed(make("input", { type: "text", id, class: "dl-wide", maxlength: spec.longest, spellcheck: "false", autocomplete: "off", ...OWN_KEYS }), () => put(field.value));
    return { cells: [field], set: (value) => { if (document.activeElement !== field || field.value.trim() !== value) field.value = value; } };
  },
};
KINDS.integer = KINDS.slider;

/** The rows of controls under their headings; returns the element and `show(values)`. */
function bench(spec, put, want) {
  const groups = new Map();
  const rows = spec.controls.map((control) => {
    const id = `dl-${++count}`;
    const { cells, set } = KINDS[control.kind](control, id, (value) => put(control.name, value, set));
    for (const event of ["pointerdown", "focusin"]) cells[0].addEventListener(event, () => control.stops && want(control.name));
    const row = make("div", { class: `dl-row dl-${control.kind}`, title: control.help || null }, make("label", { for: id }, control.label), ...cells);
    if (!groups.has(control.group)) {
      const heading = control.group ? make("legend", {}, control.group) : null;
      groups.set(control.group, make(control.group ? "fieldset" : "div", { class: "dl-group" }, heading));
    }
    groups.get(control.group).append(row);
    return { control, row, set };
  });
  const show = (values, ends = {}) => {
    for (const { control, row, set } of rows) {
      set(values[control.name], ends[control.name]);
      const one = (some) => Object.entries(some).some(([name, wanted]) => wanted.includes(values[name]));
      row.hidden = (Object.keys(control.when).length > 0 && !one(control.when)) || one(control.unless);
    }
    for (const group of groups.values()) group.hidden = [...group.querySelectorAll(".dl-row")].every((row) => row.hidden);
  };
  return { element: make("div", { class: "dl-controls" }, ...groups.values()), show };
}

/** Reset, back, play or pause, step and speed; `move(name, value)` sets the control that is played, and waits for it. */
function player(model, spec, move, want) {
  const slider = spec.controls.find((control) => control.name === spec.play);
  const reset = make("button", { type: "button", ...OWN_KEYS, onclick: () => { stop(); model.set("values", { ...spec.first }); model.save_changes(); model.send({ reset: true }); } }, "Reset");
  if (!slider) return { element: make("div", { class: "dl-player", role: "group", "aria-label": "Player" }, reset), stop: () => {} };
  const { stops } = slider;
  let playing = false;
  const after = (now, way) => {
    const close = 1e-9 * Math.max(Math.abs(now), 1e-300), end = model.get("ends")?.[slider.name] ?? slider.high;
    return way > 0 ? stops.find((stop) => stop > now + close && stop <= end + close) : stops.findLast((stop) => stop < now - close);
  };
  const go = (way) => {
    const next = after(model.get("values")[slider.name], way);
    return next === undefined ? false : move(slider.name, next).then(() => true);
  };
  const button = (text, name, onclick) => make("button", { type: "button", "aria-label": name, title: name, ...OWN_KEYS, onclick }, text);
  const label = () => {
    toggle.textContent = playing ? "❚❚ Pause" : "▶ Play";
    toggle.setAttribute("aria-label", playing ? "Pause" : "Play");
  };
  const stop = () => { playing = false; label(); };
  const run = async () => {
    want(slider.name);
    playing = true;
    label();
    if (after(model.get("values")[slider.name], 1) === undefined) await move(slider.name, stops[0]);
    while (playing) {
      const due = performance.now() + 1000 / (spec.rate * model.get("speed"));
      if (!(await go(1))) break; // never ahead of the picture
      await new Promise((resolve) => setTimeout(resolve, Math.max(due - performance.now(), 0)));
    }
    stop();
  };
  const toggle = make("button", { type: "button", class: "dl-play", ...OWN_KEYS, onclick: () => (playing ? stop() : run()) });
  const speed = make("select", { "aria-label": "Speed", ...OWN_KEYS, onchange: () => { model.set("speed", +speed.value); model.save_changes(); } },
    ...[0.25, 0.5, 1, 2, 4].map((times) => make("option", { value: times }, `× ${times}`)));
  const pace = () => (speed.value = model.get("speed"));
  model.on("change:speed", pace);
  pace();
  label();
  const element = make("div", { class: "dl-player", role: "group", "aria-label": "Player" }, toggle,
    button("‹ Back", "Step back", () => { stop(); go(-1); }), button("Step ›", "Step", () => { stop(); go(1); }), reset, speed);
  return { element, stop };
}

/** The question over the covered picture, the field for a typed answer where one is asked, and what came of the last one. */
function quiz(model, spec) {
  const cover = make("div", { class: "dl-cover", role: "group", "aria-label": "Prediction" });
  const said = make("p", { class: "dl-said", role: "status" });
  const again = make("button", { type: "button", ...OWN_KEYS, onclick: () => { model.save_changes(); model.send({ ask: true }); } }, "Predict");
  const id = `dl-${++count}`, label = make("label", { for: id });
  const field = make("input", { type: "text", id, maxlength: 1000, spellcheck: "false", autocomplete: "off", ...OWN_KEYS });
  const form = make("form", { class: "dl-answer", onsubmit: (event) => { event.preventDefault(); model.save_changes(); model.send({ answer: field.value }); field.select(); } },
    label, field, make("button", { ...OWN_KEYS }, "Check"));
  const show = () => {
    const { text, answers = [], open, said: outcome, right, typed: asks } = model.get("quiz");
    form.hidden = open || !asks;
    if (asks !== label.textContent) field.value = "";
    label.textContent = asks ?? "";
    cover.hidden = !open;
    cover.replaceChildren();
    if (open) cover.append(make("p", {}, text), make("div", { class: "dl-answers" }, ...answers.map((answer) =>
      make("button", { type: "button", ...OWN_KEYS, onclick: () => { model.save_changes(); model.send({ answer }); } }, answer))));
    said.textContent = open || !outcome ? "" : `${{ true: "✓ ", false: "✗ " }[right] ?? ""}${outcome}`;
    again.hidden = Boolean(open);
  };
  model.on("change:quiz", show);
  show();
  return { cover, form, said, again: spec.asks ? again : null };
}

/** The state in the address that opened this page, when it is one of this panel's. */
function linked(spec) {
  for (const address of [performance.getEntriesByType("navigation")[0]?.name, window.location.href]) {
    try {
      const text = new URL(address).searchParams.get("derivlab");
      const state = JSON.parse(atob(text.replaceAll("-", "+").replaceAll("_", "/")));
      if (state.panel === spec.name) return text;
    } catch { /* no state, or another page's */ }
  }
}

/** Draws one frame of a table: lines with dashes and markers, filled shapes, and texts. */
function sketch(context, { marks, styles, points }) {
  for (const [number, first, length, text] of marks) {
    const style = styles[number];
    context.save();
    if (style.clip) {
      const [left, bottom, right, top] = style.clip;
      context.beginPath();
      context.rect(left, top, right - left, bottom - top);
      context.clip();
    }
    const at = (i) => [points[2 * (first + i)], points[2 * (first + i) + 1]];
    PENS[style.kind](context, style, length, at, text);
    context.restore();
  }
}

const trace = (context, length, at) => {
  context.beginPath();
  for (let i = 0, down = false; i < length; i++) {
    const [x, y] = at(i);
    if (!Number.isFinite(x + y)) { down = false; continue; }
    if (down) context.lineTo(x, y); else context.moveTo(x, y);
    down = true;
  }
};

const CORNERS = { s: [[-1, -1], [1, -1], [1, 1], [-1, 1]], D: [[0, -1.414], [1.414, 0], [0, 1.414], [-1.414, 0]], "^": [[0, -1], [1, 1], [-1, 1]], v: [[0, 1], [1, -1], [-1, -1]],
  "*": Array.from({ length: 10 }, (_, i) => [Math.sin((i * Math.PI) / 5), -Math.cos((i * Math.PI) / 5)].map((side) => side * (i % 2 ? 0.382 : 1))) };

const PLUS = [[-1, -3], [1, -3], [1, -1], [3, -1], [3, 1], [1, 1], [1, 3], [-1, 3], [-1, 1], [-3, 1], [-3, -1], [-1, -1]].map(([x, y]) => [x / 3, y / 3]);
CORNERS.P = PLUS;
CORNERS.X = [[-2, -4], [0, -2], [2, -4], [4, -2], [2, 0], [4, 2], [2, 4], [0, 2], [-2, 4], [-4, 2], [-2, 0], [-4, -2]].map(([x, y]) => [x / 4, y / 4]);

const PENS = {
  line(context, style, length, at) {
    if (style.width) {
      Object.assign(context, { lineWidth: style.width, strokeStyle: style.colour, lineJoin: "round" });
      context.setLineDash(style.dashes);
      trace(context, length, at);
      context.stroke();
      context.setLineDash([]);
    }
    if (!style.marker) return;
    const r = style.size / 2;
    Object.assign(context, { lineWidth: style.edge, strokeStyle: style.rim, fillStyle: style.fill });
    for (let i = 0; i < length; i++) {
      const [x, y] = at(i);
      context.beginPath();
      if (style.marker === "x" || style.marker === "+") {
        for (const [dx, dy] of style.marker === "x" ? [[1, 1], [1, -1]] : [[1, 0], [0, 1]]) {
          context.moveTo(x - r * dx, y - r * dy);
          context.lineTo(x + r * dx, y + r * dy);
        }
      } else if (style.marker === "|") {
        context.moveTo(x, y - r);
        context.lineTo(x, y + r);
      } else if (style.marker === "o") context.arc(x, y, r, 0, 2 * Math.PI);
      else {
        for (const [dx, dy] of CORNERS[style.marker]) context.lineTo(x + r * dx, y + r * dy);
        context.closePath();
      }
      context.fill();
      context.stroke();
    }
  },
  shape(context, style, length, at) {
    trace(context, length, at);
    context.closePath();
    context.fillStyle = style.fill;
    context.fill();
    if (style.hatch) {
      const [[left, top], [right, bottom]] = [at(0), at(2)].sort(([a], [b]) => a - b);
      context.save();
      context.clip();
      context.beginPath();
      for (let x = left - Math.abs(bottom - top); x < right; x += 9) { context.moveTo(x, Math.max(top, bottom)); context.lineTo(x + Math.abs(bottom - top), Math.min(top, bottom)); }
      Object.assign(context, { lineWidth: 1, strokeStyle: "#000" });
      context.stroke();
      context.restore();
    }
    if (!style.width) return;
    Object.assign(context, { lineWidth: style.width, strokeStyle: style.rim });
    context.stroke();
  },
  image(context, { box: [left, top, right, bottom], rows, columns, colours, smooth }, length, at) {
    const cells = new OffscreenCanvas(columns, rows), pen = cells.getContext("2d"), pixels = pen.createImageData(columns, rows);
    for (let i = 0; i < rows * columns; i++) pixels.data.set(colours[at(i >> 1)[i & 1]], 4 * i);
    pen.putImageData(pixels, 0, 0);
    context.imageSmoothingEnabled = smooth;
    context.drawImage(cells, left, top, right - left, bottom - top);
  },
  text(context, style, length, at, text) {
    const lines = text.split("\n"), height = 1.2 * style.size;
    const [x, y] = at(0);
    context.font = `${style.bold ? "bold " : ""}${style.size}px ${style.mono ? '"DejaVu Sans Mono", monospace' : '"DejaVu Sans", Verdana, sans-serif'}`;
    Object.assign(context, { fillStyle: style.colour, textAlign: style.across, textBaseline: "alphabetic" });
    const rise = { top: 0.93 * style.size, bottom: -0.24 * style.size - height * (lines.length - 1), center: 0.35 * style.size - (height * (lines.length - 1)) / 2 };
    if (style.box) {
      const wide = Math.max(...lines.map((line) => context.measureText(line).width)), pad = style.pad, low = y + (rise[style.up] ?? 0) - 0.93 * style.size;
      const left = x - { left: 0, center: wide / 2, right: wide }[style.across];
      context.fillStyle = style.box;
      context.beginPath();
      context.roundRect(left - pad, low - pad, wide + 2 * pad, height * lines.length + 2 * pad, pad);
      context.fill();
      context.fillStyle = style.colour;
    }
    lines.forEach((line, i) => context.fillText(line, x, y + (rise[style.up] ?? rise[style.up.split("_")[0]] ?? 0) + i * height));
  },
};

/** Tables of frames that the kernel has sent, by control; `find(values, name)` gives the frame for some settings. */
function tables(model, came) {
  const kept = new Map();
  let asked = "";
  const fits = (table, values) => table && Object.entries(table.key).every(([name, value]) => values[name] === value);
  const take = (message, buffers) => {
    if (!message.table) return;
    const { control, key, styles, frames } = message.table;
    const [points, still] = buffers.map((buffer) => new DataView(buffer.buffer ?? buffer, buffer.byteOffset ?? 0, buffer.byteLength));
    let table = kept.get(control);
    if (still.byteLength) {
      table = { key, frames: new Map() };
      createImageBitmap(new Blob([still], { type: "image/png" })).then((image) => (table.still = image));
      kept.set(control, table);
    }
    if (!table || !fits(table, key)) return;
    const numbers = new Float32Array(points.byteLength / 4);
    for (let i = 0; i < numbers.length; i++) numbers[i] = points.getFloat32(4 * i, true);
    for (const [stop, marks, words] of frames) if (marks.length) table.frames.set(stop, { marks, styles, words, points: numbers });
    if (frames.length && table.still) came(control, frames.map(([stop]) => stop));
  };
  model.on("msg:custom", take);
  return {
    find(values, name) {
      const table = kept.get(name);
      if (!fits(table, values) || !table.still) return;
      const frame = table.frames.get(values[name]);
      return frame && { ...frame, still: table.still };
    },
    want(values, name) {
      const asking = JSON.stringify([name, { ...values, [name]: null }]);
      if (fits(kept.get(name), values) || model.get("quiz").open || asking === asked) return;
      asked = asking;
      setTimeout(() => (asked = ""), 1000);
      model.send({ table: name });
    },
    close: () => model.off("msg:custom", take),
  };
}

/** The picture: frames from the kernel in an image, and over it, while a slider moves, frames drawn from a table. */
function stage(model, spec) {
  const [width, height] = spec.size;
  const image = make("img", { width, height, draggable: "false" });
  const sharp = Math.max(1, Math.min(window.devicePixelRatio, 2));
  const canvas = make("canvas", { width: width * sharp, height: height * sharp, "aria-hidden": "true", hidden: true });
  const context = canvas.getContext("2d");
  const words = make("p", { class: "dl-words", role: "status" });
  const table = tables(model, (name, stops) => {
    const values = model.get("values");
    if (!same(model.get("drawn"), values) && stops.includes(values[name]) && draw(values, name)) settle();
  });
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  let source, waiting = [];
  const say = (text) => { words.textContent = text; image.alt = `${spec.title}: ${text.split("\n")[0]}`; };
  const settle = () => { waiting.forEach((resolve) => resolve()); waiting = []; };
  const paint = () => {
    const behind = !canvas.hidden && !same(model.get("drawn"), model.get("values")); // the canvas is ahead, and stays
    const old = source, fresh = URL.createObjectURL(new Blob([model.get("frame")], { type: "image/png" }));
    source = fresh;
    image.src = fresh;
    if (!behind) say(model.get("words"));
    image.decode().catch(() => {}).finally(() => {
      if (source === fresh && !behind) canvas.hidden = true;
      if (old) URL.revokeObjectURL(old);
      settle();
    });
  };
  /** Draw the settings from a table; false where there is none. */
  const draw = (values, name) => {
    const frame = table.find(values, name);
    if (!frame) return false;
    context.setTransform(sharp, 0, 0, sharp, 0, 0);
    context.drawImage(frame.still, 0, 0, width, height);
    sketch(context, frame);
    canvas.hidden = false;
    say(frame.words);
    return true;
  };
  const drawn = () => new Promise((resolve) => { waiting.push(resolve); setTimeout(resolve, 2000); });
  const reword = () => canvas.hidden && say(model.get("words"));
  let due = false; // a frame equal to the last one is no change of `frame`, and still has to uncover the picture
  const soon = () => { if (!due) { due = true; queueMicrotask(() => { due = false; paint(); }); } };
  const heard = { "change:frame": soon, "change:drawn": soon, "change:words": reword };
  for (const [event, answer] of Object.entries(heard)) { model.on(event, answer); answer(); }
  const close = () => {
    for (const [event, answer] of Object.entries(heard)) model.off(event, answer);
    table.close();
    URL.revokeObjectURL(source);
  };
  const rest = () => { if (same(model.get("drawn"), model.get("values"))) canvas.hidden = true; };
  return { image, canvas, words, draw, drawn, rest, want: table.want, close };
}

/** Clicks and drags on the picture: one message at a time, the last place wins. */
function picking(model, { image, drawn }, begin) {
  const pick = (event) => {
    const box = image.getBoundingClientRect();
    model.save_changes();
    model.send({ pick: [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height] });
  };
  let latest = null, busy = false;
  const drag = async (event) => {
    latest = event;
    if (busy) return;
    busy = true;
    while (latest) {
      pick(latest);
      latest = null;
      await Promise.race([drawn(), new Promise((resolve) => setTimeout(resolve, 250))]);
    }
    busy = false;
  };
  image.classList.add("dl-pickable");
  image.addEventListener("pointerdown", (event) => { image.setPointerCapture(event.pointerId); begin(); drag(event); });
  image.addEventListener("pointermove", (event) => event.buttons && drag(event));
}

function render({ model, el }) {
  const spec = model.get("spec");
  const view = stage(model, spec);
  const error = make("p", { class: "dl-error", role: "alert" });
  const bar = make("progress", { max: 1, "aria-label": "Progress" });

  let later = null;
  const send = () => { clearTimeout(later); later = null; model.save_changes(); view.rest(); };
  /** Set one control: drawn at once where a table has it, and told to the kernel a few times a second. */
  const put = (name, value, set) => {
    const values = model.get("values");
    if (value === null || value === values[name]) { set(values[name]); return true; }
    model.set("values", { ...values, [name]: value });
    if (!view.draw(model.get("values"), name)) { send(); return false; }
    later ??= setTimeout(send, 200);
    return true;
  };
  const controls = bench(spec, (name, value, set) => { if (name === spec.play) play.stop(); put(name, value, set); }, (name) => view.want(model.get("values"), name));
  const move = async (name, value) => { if (!put(name, value, () => {})) await view.drawn(); };
  const play = player(model, spec, move, (name) => view.want(model.get("values"), name));
  const asked = quiz(model, spec);

  const complain = () => { error.textContent = model.get("error"); error.hidden = !model.get("error"); };
  const advance = () => { bar.value = Math.max(model.get("progress"), 0); bar.hidden = model.get("progress") < 0; };
  const steer = () => controls.show(model.get("values"), model.get("ends"));
  const heard = { "change:error": complain, "change:values": steer, "change:ends": steer, "change:progress": advance };
  for (const [event, answer] of Object.entries(heard)) { model.on(event, answer); answer(); }
  if (spec.pickable) picking(model, view, () => play.stop());

  const told = spec.types ? [asked.form, asked.said, error, view.words] : [view.words, asked.said, error];
  el.append(make("section", { class: "dl-panel", "aria-label": spec.title },
    make("div", { class: "dl-title" }, spec.title),
    make("div", { class: "dl-body" },
      make("div", { class: "dl-side" }, controls.element, play.element, asked.again),
      make("div", { class: "dl-stage", style: `max-width:${spec.size[0]}px` },
        make("div", { class: "dl-frame" }, view.image, view.canvas, asked.cover), bar, ...told))));

  const state = !model.get("restored") && linked(spec);
  if (state) model.send({ restore: state });
  return () => {
    play.stop();
    send();
    for (const [event, answer] of Object.entries(heard)) model.off(event, answer);
    view.close();
  };
}

export default { render };
