"""allauth's OpenID Connect provider, for those whose userinfo is a signed JWT (OpenID Connect Core 1.0, 5.3.2).

ProConnect answers so. The signature is checked with the provider's published keys, then its issuer and its audience; a plain
JSON answer is accepted as before, since it comes from the provider itself over TLS. Anything else is refused, and the person
reads a page that says so.
"""

from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal.statekit import STATE_ID_LENGTH
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.utils.crypto import get_random_string, salted_hmac

SIGNED = "application/jwt"
# Asymmetric only: with a shared secret or none, whoever knows the client could write the answer.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
LEEWAY_SECONDS = 30


class PortalAdapter(OpenIDConnectOAuth2Adapter):
    def complete_login(self, request: Any, app: Any, token: Any, **kwargs: Any) -> Any:
        login = super().complete_login(request, app, token, **kwargs)
        said = login.account.extra_data
        subjects = {said[part]["sub"] for part in ("userinfo", "id_token") if part in said}
        if len(subjects) != 1:  # an answer about somebody else (5.3.2: « sub MUST match »)
            raise OAuth2Error("userinfo and id_token speak of two different people")
        if said.get("id_token", {}).get("nonce") != nonce_of(
            request.GET.get("state", "")
        ):  # a replayed token (3.1.3.7)
            raise OAuth2Error("the id_token is missing or answers another request")
        return login

    def _fetch_user_info(self, access_token: str) -> dict[str, Any]:
        """What the provider says of the person. Raises OAuth2Error if the answer cannot be believed."""
        with get_adapter().get_requests_session() as session:
            response = session.get(self.profile_url, headers={"Authorization": f"Bearer {access_token}"})
            response.raise_for_status()
            if response.headers.get("Content-Type", "").partition(";")[0].strip().lower() != SIGNED:
                return self._plain(response)
            keys = session.get(self.openid_config["jwks_uri"])
            keys.raise_for_status()
            return verified_claims(
                response.text.strip(),
                keys.json(),
                issuer=self.openid_config["issuer"],
                audience=self.get_provider().app.client_id,
            )

    def _plain(self, response: Any) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = response.json()
            claims["sub"]
        except (ValueError, KeyError, TypeError) as error:
            raise OAuth2Error("userinfo is neither a signed JWT nor JSON about a person") from error
        return claims


def verified_claims(token: str, keys: dict[str, Any], *, issuer: str, audience: str) -> dict[str, Any]:
    """The claims of a signed userinfo. `keys`: the provider's JWKS. Raises OAuth2Error if any check fails."""
    try:
        header = jwt.get_unverified_header(token)
        candidates = [
            key for key in jwt.PyJWKSet.from_dict(keys).keys if key.key_id == header.get("kid") or "kid" not in header
        ]
        if header.get("alg") not in ALGORITHMS or len(candidates) != 1:
            raise OAuth2Error("userinfo is not signed with a published key")
        claims: dict[str, Any] = jwt.decode(
            token,
            candidates[0].key,
            algorithms=[header["alg"]],
            issuer=issuer,
            audience=audience,
            leeway=LEEWAY_SECONDS,
            options={"require": ["iss", "aud", "sub"]},
        )
    except (jwt.PyJWTError, AttributeError, TypeError) as error:
        raise OAuth2Error(f"userinfo was refused: {error}") from error
    return claims


def nonce_of(state: str) -> str:
    """The nonce sent with `state`: derived from it, so that the session, which already holds the state, holds both."""
    return salted_hmac("soco.accounts.oidc.nonce", state, algorithm="sha256").hexdigest()


class PortalProvider(OpenIDConnectProvider):
    package = "soco.accounts.oidc"
    oauth2_adapter_class = PortalAdapter

    def redirect(self, request: Any, process: str, next_url: Any = None, data: Any = None, **kwargs: Any) -> Any:
        """allauth sends no nonce, which ProConnect demands."""
        state = get_random_string(STATE_ID_LENGTH)
        params = (kwargs.pop("auth_params", None) or self.get_auth_params()) | {"nonce": nonce_of(state)}
        return super().redirect(request, process, next_url, data, auth_params=params, state_id=state, **kwargs)

    def extract_common_fields(self, data: Any) -> dict[str, Any]:
        """ProConnect calls the family name in use « usual_name »."""
        fields: dict[str, Any] = super().extract_common_fields(data)
        said = data.get("userinfo") or data.get("id_token") or data
        fields["last_name"] = fields.get("last_name") or said.get("usual_name")
        return fields
