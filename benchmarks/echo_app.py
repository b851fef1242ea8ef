"""What we compare with (a): wechatpy and Flask alone. Verify, decrypt, parse, reply, encrypt; nothing is kept."""

from flask import Flask, Response, request
from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto

from benchmarks.account import AES_KEY, APP_ID, TOKEN


def make() -> Flask:
    site = Flask(__name__)
    crypto = WeChatCrypto(TOKEN, AES_KEY, APP_ID)

    @site.post("/wechat")
    def push() -> Response:
        stamp, nonce = request.args["timestamp"], request.args["nonce"]
        message = parse_message(crypto.decrypt_message(request.data, request.args["msg_signature"], stamp, nonce))
        reply = create_reply(message.content, message).render()
        return Response(crypto.encrypt_message(reply, nonce, stamp), mimetype="application/xml")

    return site
