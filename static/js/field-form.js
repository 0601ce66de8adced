// The report of a visit: its fields, their draft at each key, what is wrong in it.
(() => {
  const { root, find, copy } = Field.show;
  const ROWS = {
    people: ["job", "name", "email", "phone", "agrees"],
    needs: ["service", "label"],
    promises: ["text", "due_on"],
  };
  const local = (iso) => {
    const at = new Date(iso);
    return new Date(at.getTime() - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  };
  const moment = (value) => (value && !Number.isNaN(Date.parse(value)) ? new Date(value).toISOString() : null);
  const whole = (value) => (value === "" ? null : Number(value));

  function add(form, name, values, data) {
    const lines = find(`[data-rangs=${name}] [data-lignes]`, form);
    const row = copy(`modele-${name}`).firstElementChild;
    form.dataset.dernier = Number(form.dataset.dernier || 0) + 1;
    for (const node of row.querySelectorAll("[id], [for]")) {
      for (const part of ["id", "for"]) {
        const value = node.getAttribute(part);
        if (value) node.setAttribute(part, value.replace(/N$/, form.dataset.dernier));
      }
    }
    find("[data-rang]", row).textContent = lines.children.length + 1;
    const services = find("[data-champ=service]", row);
    if (services) for (const [code, words] of data.services) services.add(new Option(words, code));
    for (const [field, value] of Object.entries(values)) {
      const input = find(`[data-champ=${field}]`, row);
      if (input.type === "checkbox") input.checked = value;
      else input.value = value ?? "";
    }
    agreed(row);
    lines.append(row);
    return row;
  }

  // A name is typed only once its owner agrees that it is kept.
  function agreed(row) {
    const box = find("[data-champ=agrees]", row);
    if (box) find("[data-avec-accord]", row).hidden = !box.checked;
  }

  function read(form) {
    const values = new FormData(form);
    const rows = (name) => [...find(`[data-rangs=${name}]`, form).querySelectorAll("[data-ligne]")].map((row) => one(name, row));
    return {
      result: values.get("result") || "",
      starts_at: moment(values.get("starts_at")),
      minutes: whole(values.get("minutes")),
      km: whole(values.get("km")),
      checklist: values.getAll("checklist"),
      text: values.get("text"),
      people: rows("people"),
      needs: rows("needs"),
      promises: rows("promises"),
      next_contact_on: values.get("next_contact_on") || null,
    };
  }

  function one(name, row) {
    const values = {};
    for (const field of ROWS[name]) {
      const input = find(`[data-champ=${field}]`, row);
      values[field] = input.type === "checkbox" ? input.checked : input.value;
    }
    if (name === "promises") values.due_on ||= null;
    if (name === "people" && !values.agrees) Object.assign(values, { name: "", email: "", phone: "" });
    return values;
  }

  function build(visit, report, data) {
    const form = copy("modele-formulaire").firstElementChild;
    const points = find("[data-points]", form);
    for (const [code, words] of data.checklists[visit.kind]) {
      const point = copy("modele-point");
      find("input", point).value = code;
      find("span", point).textContent = words;
      points.append(point);
    }
    const late = Date.parse(visit.starts_at) < Date.now() - 12 * 3600 * 1000;
    form.elements.starts_at.value = local(report?.starts_at || (late ? visit.starts_at : new Date()));
    if (!report) {
      form.elements.minutes.value = visit.minutes ?? "";
      return form;
    }
    for (const name of ["minutes", "km", "text", "next_contact_on"]) form.elements[name].value = report[name] ?? "";
    for (const input of form.querySelectorAll("[name=result], [name=checklist]")) {
      input.checked = input.value === report.result || report.checklist.includes(input.value);
    }
    for (const name of Object.keys(ROWS)) for (const values of report[name]) add(form, name, values, data);
    return form;
  }

  // What is wrong, told above the form, each with the way to its field; true if nothing is.
  function check(form) {
    const wrong = [...form.elements].filter((input) => input.willValidate && !input.checkValidity());
    const summary = find("[data-erreurs]", form);
    const told = new Map(wrong.map((input) => [input.name === "result" ? "c-result" : input.id, input]));
    for (const input of form.elements) input.removeAttribute("aria-invalid");
    find("ul", summary).replaceChildren(
      ...[...told].map(([id, input]) => {
        input.setAttribute("aria-invalid", "true");
        const link = Object.assign(document.createElement("a"), { href: `#${id}`, textContent: input.dataset.erreur || input.validationMessage });
        link.addEventListener("click", (event) => (event.preventDefault(), input.focus()));
        const line = document.createElement("li");
        line.append(link);
        return line;
      }),
    );
    summary.hidden = !wrong.length;
    if (wrong.length) summary.focus();
    return !wrong.length;
  }

  function live(form, data, keep) {
    form.addEventListener("input", (event) => {
      const row = event.target.closest("[data-ligne]");
      if (row) agreed(row);
      keep(read(form)).then(
        () => (find("[data-brouillon]", form).textContent = root.dataset.garde),
        () => (find("[data-brouillon]", form).textContent = root.dataset.pasGarde),
      );
    });
    form.addEventListener("click", (event) => {
      const part = event.target.closest("[data-rangs]");
      if (event.target.closest("[data-ajouter]")) {
        add(form, part.dataset.rangs, {}, data).querySelector("input, select, textarea").focus();
      } else if (event.target.closest("[data-retirer]")) {
        event.target.closest("[data-ligne]").remove();
        part.querySelectorAll("[data-rang]").forEach((rank, index) => (rank.textContent = index + 1));
        find("[data-ajouter]", part).focus();
        keep(read(form));
      }
    });
  }

  Field.form = { build, live, read, check };
})();
