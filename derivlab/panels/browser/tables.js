/** Tables of frames that the kernel has sent, by control or for picks; `find(values, name)` gives the frame for some settings. */
function tables(model, came) {
  const kept = new Map();
  let asked = "", active;
  const fits = (table, values) => table && Object.entries(table.key).every(([name, value]) => values[name] === value);
  const take = (message, buffers) => {
    if (!message.table) return;
    const { control, key, styles, frames } = message.table;
    const [points, still] = buffers.map((buffer) => (buffer.buffer ?? buffer).slice(buffer.byteOffset ?? 0, (buffer.byteOffset ?? 0) + buffer.byteLength));
    let table = kept.get(control);
    if (still.byteLength) {
      table = { key, frames: new Map() };
      createImageBitmap(new Blob([still], { type: "image/png" })).then((image) => { table.still = image; came(control, [...table.frames.keys()]); });
      kept.set(control, table);
    }
    if (!table || !fits(table, key)) return;
    const numbers = new Float32Array(points);
    for (const [stop, marks, words, maths] of frames) if (marks.length) table.frames.set(stop, { marks, styles, words, maths, points: numbers });
    if (frames.length && table.still) came(control, frames.map(([stop]) => stop));
  };
  const forget = () => { kept.clear(); asked = ""; active = undefined; };
  const heard = { "msg:custom": take, "change:dark": forget, "change:ratio": forget };
  for (const [event, answer] of Object.entries(heard)) model.on(event, answer);
  return {
    find(values, name) {
      const table = kept.get(name);
      if (!fits(table, values) || !table.still || model.get("quiz").open) return; // what is covered is not drawn
      const frame = table.frames.get(values[name] ?? null);
      return frame && { ...frame, still: table.still };
    },
    want(values, name) {
      const asking = JSON.stringify([name, { ...values, [name]: null }]);
      if ((name === active && fits(kept.get(name), values)) || model.get("quiz").open || asking === asked) return;
      [asked, active] = [asking, name];
      setTimeout(() => (asked = ""), 1000);
      model.send({ table: name });
    },
    close: () => Object.entries(heard).forEach(([event, answer]) => model.off(event, answer)),
  };
}
