// Controls: a row each, under their headings.

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
const unlike = () => `dl-${Math.random().toString(36).slice(2)}`; // an id: each class of panels has its own copy of this file

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
    const wanted = (value) => (value < spec.low || value > spec.high ? value : Math.min(value, high)); // outside: the kernel says so
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
        if (event.key === ",") { // a browser that knows points only would leave it out: 0,5 would be 5
          event.preventDefault();
          document.execCommand("insertText", false, ".");
        }
        if (spec.kind === "integer" || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
        event.preventDefault(); // `any` would step by one whole
        put(within(clean(at(+box.value) + (event.key === "ArrowUp" ? 1 : -1) * spec.step)));
      },
    }), () => box.value !== last && put(box.value === "" || !Number.isFinite(+box.value) ? null : wanted(+box.value)));
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
    const field = typed(make("input", { type: "text", id, name: spec.name, class: "dl-wide", maxlength: spec.longest, spellcheck: "false", autocomplete: "off", ...OWN_KEYS }), () => put(field.value));
    return { cells: [field], set: (value) => { if (document.activeElement !== field || field.value.trim() !== value) field.value = value; } };
  },
};
KINDS.integer = KINDS.slider;

/** The rows of controls under their headings; returns the element and `show(values)`. */
function bench(spec, put, want) {
  const groups = new Map();
  const deciding = new Set(spec.controls.flatMap(({ when, unless }) => [...Object.keys(when), ...Object.keys(unless)]));
  const rows = spec.controls.map((control) => {
    const id = unlike();
    const { cells, set } = KINDS[control.kind](control, id, (value) => put(control.name, value, set));
    for (const event of ["pointerdown", "focusin"]) cells[0].addEventListener(event, () => control.stops && want(control.name));
    const help = control.help ? make("span", { class: "dl-help", id: `${id}-help` }, control.help) : null;
    if (help) for (const cell of cells) cell.setAttribute("aria-describedby", help.id);
    const row = make("div", { class: `dl-row dl-${control.kind}`, title: control.help || null }, make("label", { for: id }, control.label), ...cells, help);
    if (!groups.has(control.group)) {
      const heading = control.group ? make("legend", {}, control.group) : null;
      groups.set(control.group, make(control.group ? "fieldset" : "div", { class: "dl-group" }, heading));
    }
    groups.get(control.group).append(row);
    return { control, row, set };
  });
  let now = {}, last = {};
  /** Rows whose value has changed are set, and all are shown or hidden where one of them is what others hang on. */
  const show = (values, ends = {}) => {
    const changed = rows.filter(({ control: { name } }) => !(name in now) || values[name] !== now[name] || ends[name] !== last[name]);
    for (const { control, set } of changed) set(values[control.name], ends[control.name]);
    [now, last] = [values, ends];
    if (!changed.some(({ control }) => deciding.has(control.name))) return;
    for (const { control, row } of rows) {
      const one = (some) => Object.entries(some).some(([name, wanted]) => wanted.includes(values[name]));
      row.hidden = (Object.keys(control.when).length > 0 && !one(control.when)) || one(control.unless);
    }
    for (const group of groups.values()) group.hidden = [...group.querySelectorAll(".dl-row")].every((row) => row.hidden);
  };
  return { element: make("div", { class: "dl-controls" }, ...groups.values()), show };
}
