/** What is shown before a conversation: the form that starts one, or that we are closed. */
import { ChatForm } from "./form.js";

/** @import { View } from "../lib/chat-session.js" */

export class ChatStart extends ChatForm {
  #filled = false;

  /** @param {View} view */
  set view({ door, opening, trouble, lost }) {
    if (door) this.notice = door.notice;
    this.at("lost").hidden = !lost;
    this.trouble = opening && trouble?.code === "network" ? null : trouble;
    if (opening && !this.#filled) this.#fill(opening);
    for (const name of ["name", "question"])
      this.field(name).toggleAttribute("readonly", Boolean(opening));
    const submit = this.at("submit");
    submit.setAttribute("aria-disabled", String(Boolean(opening)));
    submit.textContent = this.words.t(opening ? "starting" : "start");
  }

  /** @override */
  submit() {
    if (this.at("submit").getAttribute("aria-disabled") === "true") return;
    const { consent } = this;
    this.#filled = true;
    const [name, question] = [this.value("name"), this.value("question")];
    this.tell("chat-open", { name, question, consent });
  }

  /** A new conversation has another question. */
  clear() {
    this.field("question").value = "";
    this.#filled = false;
  }

  /** @param {{name: string, question: string}} opening from before a reload */
  #fill({ name, question }) {
    this.#filled = true;
    this.field("name").value = name;
    this.field("question").value = question;
  }
}

export class ChatClosed extends ChatForm {
  #sent = false;

  /** @param {View} view */
  set view({ door, trouble, left }) {
    const { words } = this;
    const moment = door.opens_at && words.moment(door.opens_at);
    this.at("opens").textContent = words.t(moment ? "opens" : "opens_unknown", {
      moment,
    });
    this.form.hidden = !door.takes_offline_messages || left;
    this.at("left").hidden = !left;
    this.notice = door.notice;
    this.trouble = trouble;
    if (left && !this.#sent) this.at("left").focus();
    this.#sent = left;
  }

  /** @override */
  submit() {
    const [name, address, text] = ["name", "address", "text"].map((n) => this.value(n));
    const { consent } = this;
    this.tell("chat-leave", { name, address, text, ...(consent && { consent }) });
  }
}
