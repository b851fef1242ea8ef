"""A provider of OpenID Connect on this machine: discovery, keys, authorization and token, with faults to order."""

import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "huifang", "a client secret"


@dataclass
class Provider:
    """claims: of the next ID token. fault: "", token_error, nonce, issuer, audience, no_id_token, old, html or down."""

    base: str = ""
    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "u-1", "preferred_username": "hanmeimei"})
    fault: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"}))
    asked: list[str] = field(default_factory=list)

    def authorize(self, query: dict[str, str]) -> str:
        """What a person who agrees is sent back with."""
        code = f"code-{len(self.codes)}"
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any] | str]:
        if self.fault == "down":
            return 503, "<h1>down</h1>"
        if self.fault == "html":
            return 200, "<h1>welcome</h1>"
        if self.fault == "token_error":
            return 200, {"error": "invalid_grant", "error_description": "this code was used"}
        query = self.codes.pop(form["code"], None)
        proof = urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        if query is None or query.get("code_challenge") != proof or query.get("code_challenge_method") != "S256":
            return 400, {"error": "invalid_grant"}
        answer = {"access_token": "at", "token_type": "Bearer", "expires_in": 60}
        return 200, answer if self.fault == "no_id_token" else {**answer, "id_token": self._id_token(query)}

    def _id_token(self, query: dict[str, str]) -> str:
        now = int(time.time()) - (7200 if self.fault == "old" else 0)
        claims = {
            "iss": "https://elsewhere.example" if self.fault == "issuer" else self.base,
            "aud": "somebody else" if self.fault == "audience" else CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": "another" if self.fault == "nonce" else query["nonce"],
            **self.claims,
        }
        return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.key)

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.base,
            "authorization_endpoint": f"{self.base}/authorize",
            "token_endpoint": f"{self.base}/token",
            "jwks_uri": f"{self.base}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
        }


@contextmanager
def serving() -> Iterator[Provider]:
    provider = Provider()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, query = urlsplit(self.path).path, one_each(urlsplit(self.path).query)
            provider.asked.append(path)
            if path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorize(query))
                self.end_headers()
                return
            documents: dict[str, Any] = {
                "/.well-known/openid-configuration": provider.discovery(),
                "/keys": {"keys": [provider.key.as_dict(private=False)]},
            }
            self._send(200 if path in documents else 404, documents.get(path, {}))

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._send(*provider.token(one_each(body)))

        def _send(self, status: int, answer: dict[str, Any] | str) -> None:
            data = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if isinstance(answer, str) else "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    provider.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()


def one_each(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
