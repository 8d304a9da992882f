/** Clicks and drags on the picture: one message at a time, the last place wins. */
function picking(model, spec, { image, drawn, want }, begin) {
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
  image.addEventListener("pointerdown", (event) => { image.setPointerCapture(event.pointerId); begin(); want(model.get("values"), "pick"); drag(event); });
  if (spec.draggable) image.addEventListener("pointermove", (event) => event.buttons && drag(event));
}
