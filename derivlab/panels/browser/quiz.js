/** The question over the covered picture, the field for a typed answer where one is asked, and what came of the last one. */
function quiz(model, spec) {
  const question = make("p", { id: unlike() });
  const cover = make("div", { class: "dl-cover", role: "group", "aria-labelledby": question.id });
  const said = make("p", { class: "dl-said", role: "status" });
  const again = make("button", { type: "button", ...OWN_KEYS, onclick: () => { model.save_changes(); model.send({ ask: true }); } }, "Predict");
  const id = unlike(), label = make("label", { for: id });
  const commit = () => { model.save_changes(); model.send({ answer: field.value }); field.select(); };
  const field = make("input", { type: "text", id, placeholder: spec.types, maxlength: 1000, spellcheck: "false", autocomplete: "off", ...OWN_KEYS,
    onkeydown: (event) => event.key === "Enter" && commit() });
  const form = make("div", { class: "dl-answer", role: "group", "aria-label": "Answer" }, label, field, make("button", { type: "button", ...OWN_KEYS, onclick: commit }, "Check"));
  const show = () => {
    const { text, answers = [], open, said: outcome, right, typed: asks } = model.get("quiz");
    form.hidden = open || !asks;
    if (asks !== label.textContent) field.value = "";
    label.textContent = asks ?? "";
    const held = again === document.activeElement || cover.contains(document.activeElement); // a reader at the keyboard is here
    cover.hidden = !open;
    cover.replaceChildren();
    question.textContent = text ?? "";
    if (open) cover.append(question, make("div", { class: "dl-answers" }, ...answers.map((answer) =>
      make("button", { type: "button", ...OWN_KEYS, onclick: () => { model.save_changes(); model.send({ answer }); } }, answer))));
    said.textContent = open || !outcome ? "" : `${{ true: "✓ ", false: "✗ " }[right] ?? ""}${outcome}`;
    again.hidden = Boolean(open);
    if (held) (open ? cover.querySelector("button") : again)?.focus();
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
