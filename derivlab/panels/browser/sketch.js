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

const CELLS = new OffscreenCanvas(1, 1); // one pixel for each cell of an image

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
    if (CELLS.width !== columns || CELLS.height !== rows) Object.assign(CELLS, { width: columns, height: rows });
    const pen = CELLS.getContext("2d"), pixels = pen.createImageData(columns, rows), words = new Uint32Array(pixels.data.buffer);
    for (let i = 0; i < length; i++) [words[2 * i], words[2 * i + 1]] = at(i).map((cell) => colours[cell]);
    pen.putImageData(pixels, 0, 0);
    context.imageSmoothingEnabled = smooth;
    context.drawImage(CELLS, left, top, right - left, bottom - top);
  },
  text(context, style, length, at, text) {
    const [x, y] = at(0), scale = context.getTransform().a, key = JSON.stringify([scale, style, text]);
    if (LETTERS.size > 300) LETTERS.clear();
    const kept = LETTERS.get(key);
    if (kept === undefined) LETTERS.set(key, null); // numbers seldom come again; names do, and setting letters is slow
    if (!kept && kept !== null) return write(context, style, text, x, y);
    const { picture, left, top } = kept ?? LETTERS.set(key, written(context, style, text, scale)).get(key);
    const place = (at) => Math.round(at * scale) / scale;
    context.drawImage(picture, place(x) + left, place(y) + top, picture.width / scale, picture.height / scale);
  },
};

const LETTERS = new Map();

const font = (style) => `${style.bold ? "bold " : ""}${style.size}px ${style.mono ? '"DejaVu Sans Mono", monospace' : '"DejaVu Sans", Verdana, sans-serif'}`;

/** The lines of a text, their box and where it stands as seen from the text's place. */
function setting(context, style, text) {
  const lines = text.split("\n"), height = 1.2 * style.size, tall = height * (lines.length - 1);
  context.font = font(style);
  const rise = { top: 0.93 * style.size, bottom: -0.24 * style.size - tall, center: 0.35 * style.size - tall / 2 };
  const base = rise[style.up] ?? rise[style.up.split("_")[0]] ?? 0;
  const wide = Math.max(...lines.map((line) => context.measureText(line).width));
  return { lines, height, base, wide, left: -{ left: 0, center: wide / 2, right: wide }[style.across], top: base - 0.93 * style.size };
}

/** Write a text at a place, on its box where it has one. */
function write(context, style, text, x, y) {
  const { lines, height, base, wide, left, top } = setting(context, style, text), pad = style.pad;
  if (style.box) {
    context.fillStyle = style.box;
    context.beginPath();
    context.roundRect(x + left - pad, y + top - pad, wide + 2 * pad, height * lines.length + 2 * pad, pad);
    context.fill();
  }
  Object.assign(context, { fillStyle: style.colour, textAlign: style.across, textBaseline: "alphabetic" });
  lines.forEach((line, i) => context.fillText(line, x, y + base + i * height));
}

/** The same text as a picture to be put down again and again. */
function written(context, style, text, scale) {
  const { lines, height, wide, left, top } = setting(context, style, text), air = 2 + Math.ceil(style.pad ?? 0);
  const [across, down] = [Math.floor(left) - air, Math.floor(top) - air];
  const picture = new OffscreenCanvas(Math.ceil((wide + 2 * air + 2) * scale), Math.ceil((height * lines.length + 2 * air + 2) * scale));
  const own = picture.getContext("2d");
  own.scale(scale, scale);
  write(own, style, text, -across, -down);
  return { picture, left: across, top: down };
}
