// The thank-you page inside WeChat: shows WeChat's own button once WeChat says it may, and nothing otherwise.
"use strict";

(() => {
  const box = document.getElementById("subscribe");
  if (!box || !window.wx || !window.wx.config) return;
  const { app, timestamp, nonce, signature } = box.dataset;
  const signed = { appId: app, timestamp: Number(timestamp), nonceStr: nonce, signature };
  window.wx.config({ debug: false, ...signed, jsApiList: [], openTagList: ["wx-open-subscribe"] });
  window.wx.ready(() => { box.hidden = false; });
  window.wx.error(() => { box.remove(); });
  document.getElementById("subscribe-tag").addEventListener("success", (event) => {
    const details = JSON.parse((event.detail && event.detail.subscribeDetails) || "{}");
    const taken = Object.values(details).some((one) => JSON.parse(one).status === "accept");
    document.getElementById("subscribed").textContent = taken ? "好的，到时候在微信里告诉您。" : "好的，不会发给您。";
  });
})();
