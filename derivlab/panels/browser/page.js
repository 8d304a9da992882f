// A page without a kernel: the panel's model answers from a table of pictures.

const data = JSON.parse(document.getElementById("data").textContent);
const names = Object.keys(data.grid);

/** The place of the stop that is nearest to a value. */
const nearest = (stops, value) => {
  if (typeof value !== "number") return stops.indexOf(value);
  const away = stops.map((stop) => Math.abs(stop - value));
  return away.indexOf(Math.min(...away));
};

const state = { spec: data.spec, values: data.values, words: "", maths: "", frame: new Uint8Array(), error: "", speed: 1, quiz: {}, progress: -1, restored: true };
const heard = new Map();
const tell = (key) => heard.get(`change:${key}`)?.forEach((answer) => answer());

const look = () => {
  const places = names.map((name) => nearest(data.grid[name], state.values[name]));
  state.values = Object.fromEntries(names.map((name, i) => [name, data.grid[name][places[i]]]));
  const number = places.reduce((sum, place, i) => sum * data.grid[names[i]].length + place, 0);
  state.words = data.words[number];
  state.maths = data.maths[number] ?? "";
  state.frame = Uint8Array.from(atob(data.pictures[data.frames[number]]), (letter) => letter.charCodeAt(0));
  ["values", "words", "maths", "frame"].forEach(tell);
};

look();
render({
  el: document.getElementById("panel"),
  model: {
    get: (key) => state[key],
    set: (key, value) => { state[key] = value; tell(key); },
    on: (event, answer) => heard.set(event, [...(heard.get(event) ?? []), answer]),
    off: () => {},
    save_changes: look,
    send: (message) => { if (message.reset) { state.values = data.values; look(); } },
  },
});
