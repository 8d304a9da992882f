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
    const within = (value) => Math.min(Math.max(value, spec.low), spec.high);
    const range = make("input", {
      type: "range", id, min: at(spec.low), max: at(spec.high), step: spec.step, ...OWN_KEYS,
      oninput: () => put(within(clean(range.value))),
    });
    let last;
    const box = typed(make("input", {
      type: "number", "aria-label": `${spec.label}, number`, min: spec.low, max: spec.high,
      step: spec.kind === "integer" ? 1 : "any", ...OWN_KEYS,
      onkeydown: (event) => {
        if (spec.kind === "integer" || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
        event.preventDefault(); // `any` would step by one whole
        put(within(clean(at(+box.value) + (event.key === "ArrowUp" ? 1 : -1) * spec.step)));
      },
    }), () => box.value !== last && put(box.value === "" || !Number.isFinite(+box.value) ? null : within(+box.value)));
    const set = (value) => {
      if (Math.abs(clean(range.value) - value) > 1e-9 * Math.abs(value)) range.value = at(value);
      range.setAttribute("aria-valuetext", shown(value));
      range.style.setProperty("--at", `${(100 * (at(value) - at(spec.low))) / (at(spec.high) - at(spec.low))}%`);
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
function bench(spec, put) {
  const groups = new Map();
  const rows = spec.controls.map((control) => {
    const id = `dl-${++count}`;
    const { cells, set } = KINDS[control.kind](control, id, (value) => put(control.name, value, set));
    const row = make("div", { class: `dl-row dl-${control.kind}`, title: control.help || null }, make("label", { for: id }, control.label), ...cells);
    if (!groups.has(control.group)) {
      const heading = control.group ? make("legend", {}, control.group) : null;
      groups.set(control.group, make(control.group ? "fieldset" : "div", { class: "dl-group" }, heading));
    }
    groups.get(control.group).append(row);
    return { control, row, set };
  });
  const show = (values) => {
    for (const { control, row, set } of rows) {
      set(values[control.name]);
      row.hidden = !Object.entries(control.when).every(([name, wanted]) => wanted.includes(values[name]));
    }
    for (const group of groups.values()) group.hidden = [...group.querySelectorAll(".dl-row")].every((row) => row.hidden);
  };
  return { element: make("div", { class: "dl-controls" }, ...groups.values()), show };
}

/** Reset, back, play or pause, step and speed; `move(name, value)` sets the control that is played. */
function player(model, spec, move, drawn) {
  const slider = spec.controls.find((control) => control.name === spec.play);
  const reset = make("button", { type: "button", ...OWN_KEYS, onclick: () => { stop(); model.send({ reset: true }); } }, "Reset");
  if (!slider) return { element: make("div", { class: "dl-player", role: "group", "aria-label": "Player" }, reset), stop: () => {} };
  const { stops } = slider;
  let playing = false;
  const after = (now, way) => {
    const close = 1e-9 * Math.max(Math.abs(now), 1e-300);
    return way > 0 ? stops.find((stop) => stop > now + close) : stops.findLast((stop) => stop < now - close);
  };
  const go = (way) => {
    const next = after(model.get("values")[slider.name], way);
    if (next !== undefined) move(slider.name, next);
    return next !== undefined;
  };
  const button = (text, name, onclick) => make("button", { type: "button", "aria-label": name, title: name, ...OWN_KEYS, onclick }, text);
  const label = () => {
    toggle.textContent = playing ? "❚❚ Pause" : "▶ Play";
    toggle.setAttribute("aria-label", playing ? "Pause" : "Play");
  };
  const stop = () => { playing = false; label(); };
  const run = async () => {
    if (after(model.get("values")[slider.name], 1) === undefined) move(slider.name, stops[0]);
    playing = true;
    label();
    while (playing) {
      const due = performance.now() + 1000 / (spec.rate * model.get("speed"));
      if (!go(1)) break;
      await drawn(); // never ahead of the picture
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

/** The question over the covered picture, and what came of the last one. */
function quiz(model, spec) {
  const cover = make("div", { class: "dl-cover", role: "group", "aria-label": "Prediction" });
  const said = make("p", { class: "dl-said", role: "status" });
  const again = make("button", { type: "button", ...OWN_KEYS, onclick: () => model.send({ ask: true }) }, "Predict");
  const show = () => {
    const { text, answers = [], open, said: outcome, right } = model.get("quiz");
    cover.hidden = !open;
    cover.replaceChildren();
    if (open) cover.append(make("p", {}, text), make("div", { class: "dl-answers" }, ...answers.map((answer) =>
      make("button", { type: "button", ...OWN_KEYS, onclick: () => model.send({ answer }) }, answer))));
    said.textContent = open || !outcome ? "" : `${right ? "✓" : "✗"} ${outcome}`;
    again.hidden = Boolean(open);
  };
  model.on("change:quiz", show);
  show();
  return { cover, said, again: spec.asks ? again : null };
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

function render({ model, el }) {
  const spec = model.get("spec");
  const [width, height] = spec.size;
  const image = make("img", { width, height, draggable: "false", class: spec.pickable ? "dl-pickable" : "" });
  const words = make("p", { class: "dl-words", role: "status" });
  const error = make("p", { class: "dl-error", role: "alert" });
  const bar = make("progress", { max: 1, "aria-label": "Progress" });
  let waiting = [];
  const drawn = () => new Promise((resolve) => { waiting.push(resolve); setTimeout(resolve, 2000); });

  const send = (values) => { model.set("values", values); model.save_changes(); };
  const put = (name, value, set) => {
    const values = model.get("values");
    if (value === null || value === values[name]) set(values[name]);
    else send({ ...values, [name]: value });
  };
  const controls = bench(spec, (name, value, set) => { if (name === spec.play) play.stop(); put(name, value, set); });
  const play = player(model, spec, (name, value) => put(name, value, () => {}), drawn);
  const asked = quiz(model, spec);

  let source;
  const paint = () => {
    const old = source;
    source = URL.createObjectURL(new Blob([model.get("frame")], { type: "image/png" }));
    image.src = source;
    image.decode().catch(() => {}).finally(() => { if (old) URL.revokeObjectURL(old); });
    waiting.forEach((resolve) => resolve());
    waiting = [];
  };
  const say = () => { words.textContent = model.get("words"); image.alt = `${spec.title}: ${model.get("words")}`; };
  const complain = () => { error.textContent = model.get("error"); error.hidden = !model.get("error"); };
  const advance = () => { bar.value = model.get("progress"); bar.hidden = model.get("progress") < 0; };
  const steer = () => controls.show(model.get("values"));
  const heard = { "change:frame": paint, "change:words": say, "change:error": complain, "change:values": steer, "change:progress": advance };
  for (const [event, answer] of Object.entries(heard)) { model.on(event, answer); answer(); }

  if (spec.pickable) {
    const pick = (event) => {
      const box = image.getBoundingClientRect();
      model.send({ pick: [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height] });
    };
    let latest = null;
    const flush = async () => { while (latest) { const event = latest; latest = null; pick(event); await Promise.race([drawn(), new Promise((r) => setTimeout(r, 250))]); } flushing = false; };
    let flushing = false;
    const drag = (event) => { latest = event; if (!flushing) { flushing = true; flush(); } };
    image.addEventListener("pointerdown", (event) => { image.setPointerCapture(event.pointerId); play.stop(); drag(event); });
    image.addEventListener("pointermove", (event) => event.buttons && drag(event));
  }

  el.append(make("section", { class: "dl-panel", "aria-label": spec.title },
    make("div", { class: "dl-title" }, spec.title),
    make("div", { class: "dl-body" },
      make("div", { class: "dl-side" }, controls.element, play.element, asked.again),
      make("div", { class: "dl-stage", style: `max-width:${width}px` }, make("div", { class: "dl-frame" }, image, asked.cover), bar, words, asked.said, error))));

  const state = !model.get("restored") && linked(spec);
  if (state) model.send({ restore: state });
  return () => {
    play.stop();
    for (const [event, answer] of Object.entries(heard)) model.off(event, answer);
    URL.revokeObjectURL(source);
  };
}

export default { render };
