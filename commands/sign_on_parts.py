"""The single sign-on of the settings, where one is set."""

from config.settings import Settings, sign_on_roles
from web.entrance.sso import SignOn


def sign_on_of(settings: Settings) -> SignOn | None:
    if not settings.oidc_issuer:
        return None
    named = {"name": settings.oidc_name} if settings.oidc_name else {}
    return SignOn(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        base=settings.public_url,
        claim=settings.oidc_claim,
        role_claim=settings.oidc_role_claim,
        roles=sign_on_roles(settings),
        **named,
    )
