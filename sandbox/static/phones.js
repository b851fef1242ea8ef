// The phones: draws /phones/state once a second and sends what is tapped. Texts become nodes, never markup.
"use strict";

const at = (id) => document.getElementById(id);
const TITLES = { thing: "事项", short_thing: "事项", time: "时间", date: "日期", car_number: "车牌", name: "负责人",
  phone_number: "电话", phrase: "状态", character_string: "编号", amount: "金额", number: "数量", const: "类型" };
const STATUS = { booked: "已预约", arrived: "已到店", inspecting: "检查中", quoted: "已报价", awaiting_approval: "待确认",
  in_progress: "施工中", quality_check: "质检中", ready: "可取车", delivered: "已交车", cancelled: "已取消", rework: "返修中" };
const WAYS = { passive: "即时回复", custom: "客服消息", mass: "群发" };
const BEIJING = "+08:00";
const AGAIN = { retries: 3 };  // as WeChat does when it gets no good answer
let who = decodeURIComponent(location.hash.slice(1)), me = {}, drawn = {}, seen = {}, now = null;

async function ask(path, body) {
  const options = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(path, options);
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error || answer.status);
  return told;
}

async function act(path, body, words) {
  try {
    const told = await ask(path, body);
    const pushes = told.pushes || (told.status ? [told] : []);
    if (pushes.length && pushes.every((one) => one.status !== 200)) throw new Error("我们的服务没有正常回应（" + pushes[0].status + "）");
    if (words) toast(words);
  } catch (error) {
    toast(error.message, true);
  }
  await refresh();
}

function toast(words, bad = false) {
  const box = at("toast");
  box.textContent = words;
  box.className = bad ? "bad" : "";
  box.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { box.hidden = true; }, bad ? 6000 : 2500);
}

async function refresh() {
  const asked = who;
  let state;
  try {
    state = await ask("/phones/state?who=" + encodeURIComponent(asked));
  } catch (error) {
    toast("沙箱没有回应：" + error.message, true);
    return;
  }
  if (asked !== who) return;
  who = state.chosen.id;
  drawClock(state.now);
  changed("people", state.people.concat(who), () => drawPeople(state.people));
  me = state.chosen;
  changed("wechat", [me.id, me.following, me.wechat], () => drawWeChat(me, state.account));
  changed("sms", [me.id, me.sms], () => drawSms(me));
  changed("menu", [me.id, me.following, state.account.menu], () => drawMenu(me, state.account.menu));
  changed("counter", [me.id, me.following, me.window, me.subscriptions, me.file, state.now.slice(0, 16)], () => drawCounter(me, state.account.spots));
}

function changed(part, value, draw) {
  const text = JSON.stringify(value);
  if (drawn[part] === text) return;
  drawn[part] = text;
  draw();
}

function node(tag, text, className, ...children) {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function button(text, press, className) {
  const made = node("button", text, className);
  made.type = "button";
  made.addEventListener("click", press);
  return made;
}

function drawClock(iso) {
  now = iso;
  const day = new Date(iso.slice(0, 10) + "T12:00:00Z").getUTCDay();
  at("day").textContent = iso.slice(0, 10) + " 周" + "日一二三四五六"[day];
  at("time").textContent = iso.slice(11, 16);
  for (const mini of document.querySelectorAll("time.mini")) mini.textContent = iso.slice(11, 16);
  if (!at("moment").dataset.chosen) at("moment").value = iso.slice(0, 16);
}

function drawPeople(people) {
  at("people").replaceChildren(...people.map((one) => {
    if (one.id === who || !(one.id in seen)) seen[one.id] = one.last;
    const fresh = one.last > seen[one.id];
    const name = node("b", one.name, fresh ? "fresh" : "");
    if (fresh) name.append(node("span", "（有新消息）", "out-new"));
    const row = button("", () => { who = one.id; location.hash = encodeURIComponent(who); at("wechat-text").value = at("sms-text").value = ""; refresh(); });
    row.append(name, node("small", plain(one.text) || (one.known ? "还没有消息" : "不在档案里")));
    if (one.id === who) row.setAttribute("aria-current", "true");
    return node("li", "", "", row);
  }));
}

const plain = (text) => text.replace(/<[^>]*>/g, "");

function withStamps(lines, draw) {
  const nodes = [];
  let before = 0;
  for (const line of lines) {
    const moment = Date.parse(line.at);
    if (moment - before > 300000) nodes.push(node("div", stamp(line.at), "stamp"));
    before = moment;
    nodes.push(...draw(line));
  }
  return nodes;
}

const stamp = (iso) => Number(iso.slice(5, 7)) + "月" + Number(iso.slice(8, 10)) + "日 " + iso.slice(11, 16);

function fill(box, nodes, empty) {
  box.replaceChildren(...(nodes.length ? nodes : [node("div", empty, "empty")]));
  box.scrollTop = box.scrollHeight;
}

function drawWeChat(me, account) {
  at("store").textContent = account.store;
  at("following").textContent = !me.openid ? "没有微信" : me.following ? "服务号" : "未关注";
  at("wechat-text").disabled = at("say-wechat").querySelector("button").disabled = !me.following;
  at("wechat-text").placeholder = me.following ? "发消息" : "关注后可以发消息";
  const empty = me.following ? "还没有消息" : "还没有关注 " + account.store;
  fill(at("wechat"), withStamps(me.wechat, (line) => wechatLine(line, me, account)), empty);
}

function wechatLine(line, me, account) {
  if (line.kind === "event") return [node("div", line.text, "event")];
  if (line.kind === "system") return [node("div", line.text, "event bad")];
  if (line.kind === "template" || line.kind === "subscription") return [sheet(line)];
  const mine = line.dir === "in";
  const bubble = node("div", "", "bubble", ...linked(line.text, me));
  if (line.data && line.data.options) bubble.replaceChildren(...choice(line.data, me));
  if (line.data && line.data.article) bubble.replaceChildren(card(line.data.article));
  const shown = attached(line.data || {});
  if (shown) bubble.replaceChildren(shown);
  const face = node("div", mine ? me.name.slice(0, 1) : account.store.slice(0, 1), "face");
  face.setAttribute("aria-hidden", "true");
  const row = node("div", "", mine ? "row mine" : "row", face, bubble);
  return mine ? [row] : [row, node("div", WAYS[line.kind], "way")];
}

// A picture as it came; a voice or video to save, since most browsers play neither.
function attached(data) {
  const kind = ["image", "voice", "video"].find((name) => data[name]);
  if (!kind) return null;
  const url = "/phones/files/" + encodeURIComponent(data[kind]);
  if (kind !== "image") return away(node("a", kind === "voice" ? "[语音]" : "[视频]"), url);
  const picture = node("img", "", "picture");
  picture.src = url;
  picture.alt = "图片";
  return picture;
}

const choice = (data, me) => [data.head || "", node("div", "", "options", ...data.options.map((option) =>
  button(option.content, () => tap(me, option.id, option.content)))), ...(data.tail ? [node("div", "", "tail", ...linked(data.tail, me))] : [])];

function card(article) {
  const made = node("a", "", "news", node("b", article.title), node("small", article.description || ""));
  return /^https?:/.test(article.url) ? away(made, article.url) : made;
}

const tap = (me, id, content) => act(`/control/wechat/${me.openid}/menu`, { id, content, ...AGAIN });

// <a href="…">text</a>: WeChat's own links; weixin://bizmsgmenu answers with its content when tapped.
function linked(text, me) {
  const nodes = [], links = /<a href="([^"]*)"[^>]*>([^<]*)<\/a>/g;
  let end = 0, found;
  while ((found = links.exec(text)) !== null) {
    nodes.push(...addressed(text.slice(end, found.index)), link(found[1].replace(/&amp;/g, "&"), found[2], me));
    end = links.lastIndex;
  }
  nodes.push(...addressed(text.slice(end)));
  return nodes;
}

// A bare address in a text is a link on every phone.
function addressed(text) {
  return text.split(/(https?:\/\/[^\s，。；）]+)/).map((part, place) => place % 2 ? away(node("a", part), part) : part);
}

function link(href, text, me) {
  if (href.startsWith("weixin://bizmsgmenu?")) {
    const asked = new URLSearchParams(href.slice(href.indexOf("?") + 1));
    return button(text, () => tap(me, asked.get("msgmenuid") || "", asked.get("msgmenucontent") || text), "tap");
  }
  if (!/^https?:/.test(href)) return text;
  return away(node("a", text), href);
}

function away(anchor, href) {
  anchor.href = href;
  anchor.target = "_blank";
  anchor.rel = "noopener";
  return anchor;
}

function sheet(line) {
  const rows = Object.entries(line.data || {}).flatMap(([name, value]) =>
    [node("dt", TITLES[name.replace(/\d+$/, "")] || "内容"), node("dd", value)]);
  const made = node("div", "", "sheet", node("header", line.kind === "subscription" ? "订阅通知" : "服务通知"), node("dl", "", "", ...rows));
  if (line.url && /^https?:/.test(line.url)) made.append(away(node("a", "查看详情"), line.url));
  return made;
}

function drawSms(me) {
  at("number").textContent = me.phone ? me.phone.replace(/(\d{3})(\d{4})(\d{4})/, "$1 $2 $3") : "没有手机号";
  at("sms-text").disabled = at("say-sms").querySelector("button").disabled = !me.phone;
  fill(at("sms"), withStamps(me.sms, (line) => [node("div", "", line.dir === "in" ? "row mine" : "row", node("div", line.text, "bubble"))]), "还没有短信");
}

function drawMenu(me, menu) {
  at("menu").replaceChildren(...(me.following ? menu : []).map((place) => {
    const below = place.sub_button || [];
    if (!below.length) return button(place.name, () => press(me, place));
    const list = node("div", "", "below", ...below.map((item) => button(item.name, () => { list.hidden = true; press(me, item); })));
    list.hidden = true;
    return node("div", "", "place", list, button("≡ " + place.name, () => { list.hidden = !list.hidden; }));
  }));
}

// A page asks WeChat who opened it; the authorize page reads from this cookie whose menu was tapped.
function press(me, item) {
  if (item.type !== "view") return act(`/control/wechat/${me.openid}/click`, { key: item.key, ...AGAIN });
  document.cookie = `phone=${me.openid}; path=/connect; max-age=60; SameSite=Lax`;
  return window.open(item.url, "_blank", "noopener");
}

function drawCounter(me, spots) {
  const file = me.file;
  at("who").textContent = me.name;
  at("car").textContent = file ? file.car : "不在门店档案里";
  const facts = [];
  if (me.openid) facts.push(["微信", me.following ? (file && file.bound ? "已关注，已绑定" : "已关注") : "未关注"], ["窗口", ...windowWords(me.window)]);
  if (file) facts.push(["生日", file.birthday || "未登记"]);
  at("facts").replaceChildren(...facts.flatMap(([name, words, className]) => [node("dt", name), node("dd", words, className)]));
  drawDeeds(me, file, spots);
  drawOrders(me, file);
}

function windowWords(open) {
  const minutes = open ? Math.floor((Date.parse(open.until) - Date.parse(now)) / 60000) : 0;
  if (!open || open.left === 0 || Date.parse(open.until) <= Date.parse(now)) return ["已关闭", "shut"];
  const left = minutes >= 60 ? Math.floor(minutes / 60) + " 小时" : minutes >= 1 ? minutes + " 分钟" : "不到 1 分钟";
  return ["剩 " + left + " · 还可发 " + open.left + " 条", "open"];
}

function drawDeeds(me, file, spots) {
  const wechat = `/control/wechat/${me.openid}/`, here = `/phones/${encodeURIComponent(me.id)}/`;
  const order = file && (file.orders.find((one) => one.open) || file.orders[0]);
  const made = [];
  if (file) {
    const scan = button("扫小票二维码", () => act(here + "scan-receipt", { order: order.id }, "已扫码"), "wide");
    scan.disabled = !order;
    made.push(scan);
  }
  if (me.openid) {
    const notices = Object.entries(me.subscriptions).map(([template_id, left]) =>
      button("允许订阅通知" + (left ? `（剩 ${left}）` : ""), () => act(wechat + "subscribe", { template_id, answer: "accept", ...AGAIN }, "已允许一条通知")));
    const follow = button("关注", () => act(wechat + "follow", { ...AGAIN }));
    const leave = button("取消关注", () => act(wechat + "unfollow", { ...AGAIN }));
    follow.disabled = me.following;
    leave.disabled = !me.following;
    const send = button("发一张图片", () => act(wechat + "image", { ...AGAIN }));
    send.disabled = !me.following;
    made.push(follow, leave, send, ...notices);
    for (const [scene, name] of Object.entries(spots)) made.push(button(name + "扫码", () => act(wechat + "scan", { scene, ...AGAIN })));
  }
  if (file) made.push(button("生日设为明天", () => act(here + "birthday-tomorrow", {}, "档案里的生日改为明天")));
  if (me.phone) made.push(button("短信退订", () => act(`/control/sms/${me.phone}/reply`, { content: "退订" })));
  at("deeds").replaceChildren(...made);
}

function drawOrders(me, file) {
  const here = `/phones/${encodeURIComponent(me.id)}/`;
  at("orders-card").hidden = !file;
  if (!file) return;
  at("orders").replaceChildren(...file.orders.slice(0, 4).map((one) => {
    const row = node("li", "", "", node("div", "", "", node("span", one.id), node("small", [STATUS[one.status] || one.status, one.car].filter(Boolean).join(" · "))));
    if (one.open) row.append(button("发报价", () => act(here + "quote", { order: one.id }, "报价已发，客户逐项确认")));
    if (one.open) row.append(button("交车", () => act(here + "deliver", { order: one.id }, "已交车，回访按规则排期")));
    return row;
  }));
  at("orders-card").querySelector(":scope > button")?.remove();
  if (!file.orders.some((one) => one.open)) at("orders-card").append(button("再开一张工单", () => act(here + "open-order", {}, "已开单")));
}

async function move(body) {
  document.body.classList.add("waiting");
  await act("/control/clock", body);
  document.body.classList.remove("waiting");
  delete at("moment").dataset.chosen;
  await refresh();
}

function nextTen() {
  const day = new Date(now.slice(0, 10) + "T12:00:00Z");
  if (now.slice(11, 16) >= "10:00") day.setUTCDate(day.getUTCDate() + 1);
  return day.toISOString().slice(0, 10) + "T10:00:00" + BEIJING;
}

function saying(form, input, send) {
  at(form).addEventListener("submit", (event) => {
    event.preventDefault();
    const content = at(input).value.trim();
    if (!content) return;
    at(input).value = "";
    send(content);
  });
}

saying("say-wechat", "wechat-text", (content) => act(`/control/wechat/${me.openid}/text`, { content, ...AGAIN }));
saying("say-sms", "sms-text", (content) => act(`/control/sms/${me.phone}/reply`, { content }));
at("moment").addEventListener("input", () => { at("moment").dataset.chosen = "yes"; });
for (const step of document.querySelectorAll("[data-advance]")) step.addEventListener("click", () => move({ advance: step.dataset.advance }));
at("ten").addEventListener("click", () => move({ set: nextTen() }));
at("set").addEventListener("submit", (event) => { event.preventDefault(); move({ set: at("moment").value + ":00" + BEIJING }); });
refresh();
setInterval(refresh, 1000);
