// One panel in the browser: controls on the left, picture and words on the right. `model` is an anywidget model, or, in
// an exported page, an object with the same four verbs. No library, no network.

/** Tell the kernel how the page looks: whether it is dark, and how many pixels the screen has for one of the page. */
function follow(model) {
  if (model.get("dark") === undefined) return () => {}; // a page without a kernel
  const look = () => {
    const { jpThemeLight, vscodeThemeKind = "" } = document.body.dataset;
    const found = { dark: jpThemeLight === "false" || vscodeThemeKind.includes("dark"), ratio: Math.max(window.devicePixelRatio, 1) };
    const fresh = Object.entries(found).filter(([key, value]) => model.get(key) !== value);
    for (const [key, value] of fresh) model.set(key, value);
    if (fresh.length) model.save_changes();
  };
  const theme = new MutationObserver(look);
  theme.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-vscode-theme-kind"] });
  let screen;
  const watch = () => { // until the page is zoomed, or moved to another screen
    screen = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    screen.addEventListener("change", moved);
  };
  const leave = () => screen.removeEventListener("change", moved);
  const moved = () => { leave(); watch(); look(); };
  watch();
  look();
  return () => { theme.disconnect(); leave(); };
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
  const play = player(model, spec, move, send, (name) => view.want(model.get("values"), name), view.quiet);
  const asked = quiz(model, spec);

  let gone = false; // the kernel was restarted or has ended
  const complain = () => {
    error.textContent = gone ? "The kernel knows this panel no more; run its cell again." : model.get("error");
    error.hidden = !error.textContent;
  };
  const advance = () => { bar.value = Math.max(model.get("progress"), 0); bar.hidden = model.get("progress") < 0; };
  const steer = () => controls.show(model.get("values"), model.get("ends"));
  const heard = { "change:error": complain, "change:values": steer, "change:ends": steer, "change:progress": advance };
  for (const [event, answer] of Object.entries(heard)) { model.on(event, answer); answer(); }
  const lose = () => { gone = true; play.stop(); complain(); };
  model.on("comm_live_update", lose);
  if (spec.pickable) picking(model, spec, view, () => play.stop());

  const told = spec.types ? [asked.form, asked.said, error, view.words, view.formulas] : [view.words, view.formulas, asked.said, error];
  el.append(make("section", { class: `dl-panel${spec.themed ? " dl-themed" : ""}`, "aria-label": spec.title },
    make("div", { class: "dl-title", role: "heading", "aria-level": 3 }, spec.title),
    make("div", { class: "dl-body" },
      make("div", { class: "dl-side" }, play.element, asked.again, controls.element),
      make("div", { class: "dl-stage", style: `max-width:${spec.size[0]}px` },
        make("div", { class: "dl-frame" }, view.image, view.canvas, asked.cover), bar, ...told))));

  const unfollow = follow(model);
  const state = !model.get("restored") && linked(spec);
  if (state) model.send({ restore: state });
  return () => {
    play.stop();
    unfollow();
    send();
    for (const [event, answer] of Object.entries(heard)) model.off(event, answer);
    model.off("comm_live_update", lose);
    view.close();
  };
}

export default { render };
