/** The picture: frames from the kernel in an image, and over it, while a slider moves, frames drawn from a table. */
function stage(model, spec) {
  const [width, height] = spec.size;
  const image = make("img", { width, height, draggable: "false" });
  const canvas = make("canvas", { width, height, "aria-hidden": "true", hidden: true });
  const context = canvas.getContext("2d", { alpha: false }); // nothing behind it has to be drawn
  const lead = make("span"), unseen = make("span"), formulas = make("div", { class: "dl-maths" });
  const words = make("p", { class: "dl-words", role: "status" }, lead, unseen);
  const table = tables(model, (name, stops) => {
    const values = model.get("values");
    if (!same(model.get("drawn"), values) && stops.includes(values[name] ?? null) && draw(values, name)) settle();
  });
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  let source, waiting = [];
  let said = {}, written = "", pen = 0;
  /** Formulas follow at a pace at which they can be read: setting them takes longer than drawing a frame. */
  const write = (maths) => {
    written = maths;
    if (pen) return;
    formulas.innerHTML = maths;
    pen = setTimeout(() => { pen = 0; if (written !== maths) write(written); }, 120);
  };
  /** The result in words; where there are formulas, they are seen and the lines that say the same are only read out. */
  const say = (text, maths) => {
    if (text === said.text && maths === said.maths) return;
    const cut = text.indexOf("\n"), line = cut < 0 ? text : text.slice(0, cut), head = maths ? line : text;
    lead.textContent = head;
    unseen.textContent = text.slice(head.length).trimStart();
    unseen.className = maths ? "dl-unseen" : "";
    write(maths);
    if (line !== said.line) image.alt = `${spec.title}: ${line}`;
    said = { text, maths, line };
  };
  const settle = () => { waiting.forEach((resolve) => resolve()); waiting = []; };
  const paint = () => {
    const behind = !canvas.hidden && !model.get("quiz").open && !same(model.get("drawn"), model.get("values")); // the canvas is ahead, and stays
    const old = source, fresh = URL.createObjectURL(new Blob([model.get("frame")], { type: "image/png" }));
    source = fresh;
    image.src = fresh;
    if (!behind) say(model.get("words"), model.get("maths"));
    image.decode().catch(() => {}).finally(() => {
      if (source === fresh && !behind) canvas.hidden = true;
      if (old) URL.revokeObjectURL(old);
      settle();
    });
  };
  /** Draw the settings from a table, the last ones once a frame of the screen; false where there is none. */
  const draw = (values, name) => {
    const frame = table.find(values, name);
    if (!frame) return false;
    if (next === undefined) show(frame); else next = frame;
    return true;
  };
  let next; // undefined: the screen awaits a frame
  const show = (frame) => {
    next = null;
    requestAnimationFrame(() => { const last = next; next = undefined; if (last && !canvas.hidden) show(last); });
    if (canvas.width !== frame.still.width) Object.assign(canvas, { width: frame.still.width, height: frame.still.height });
    context.setTransform(canvas.width / width, 0, 0, canvas.height / height, 0, 0);
    context.drawImage(frame.still, 0, 0, width, height);
    sketch(context, frame);
    canvas.hidden = false;
    say(frame.words, frame.maths);
  };
  /** While it plays, words are shown but not read out; then the last ones are. */
  const quiet = (on) => {
    if (on === (words.getAttribute("aria-live") === "off")) return;
    words.setAttribute("aria-live", on ? "off" : "polite");
    if (!on) words.append(...words.childNodes); // as if new
  };
  const drawn = () => new Promise((resolve) => { waiting.push(resolve); setTimeout(resolve, 2000); });
  const reword = () => canvas.hidden && say(model.get("words"), model.get("maths"));
  let due = false; // a frame equal to the last one is no change of `frame`, and still has to uncover the picture
  const soon = () => { if (!due) { due = true; queueMicrotask(() => { due = false; paint(); }); } };
  const heard = { "change:frame": soon, "change:drawn": soon, "change:words": reword, "change:maths": reword, "change:error": settle };
  for (const [event, answer] of Object.entries(heard)) { model.on(event, answer); answer(); }
  const close = () => {
    for (const [event, answer] of Object.entries(heard)) model.off(event, answer);
    table.close();
    URL.revokeObjectURL(source);
  };
  /** Back to the kernel's picture where it is the one wanted: it may never have heard of what was drawn since. */
  const rest = () => {
    if (!same(model.get("drawn"), model.get("values"))) return;
    canvas.hidden = true;
    say(model.get("words"), model.get("maths"));
  };
  return { image, canvas, words, formulas, quiet, draw, drawn, rest, want: table.want, close };
}
