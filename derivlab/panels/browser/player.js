/** Reset, back, play or pause, step and speed; `move(name, value)` sets the control that is played, and waits for it; `tell()` tells the kernel at once; `quiet(playing)` hears of it. */
function player(model, spec, move, tell, want, quiet) {
  const slider = spec.controls.find((control) => control.name === spec.play);
  const reset = make("button", { type: "button", ...OWN_KEYS, onclick: () => { stop(); model.set("values", { ...spec.first }); tell(); model.send({ reset: true }); } }, "Reset");
  let playing = false, stop = () => {};
  if (!slider) return { element: make("div", { class: "dl-player", role: "group", "aria-label": "Player" }, reset), stop };
  const { stops } = slider;
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
  stop = () => { playing = false; label(); quiet(false); };
  const run = async () => {
    want(slider.name);
    playing = true;
    label();
    quiet(true);
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
