// panva's oidc-provider, told by one line of JSON on standard input who it is, which keys it has and who its clients
// are. Whoever login_hint names is signed in without a question; "refuses" says no.

import { createInterface } from "node:readline";
import Provider from "oidc-provider";

const [line] = await createInterface({ input: process.stdin })[Symbol.asyncIterator]().next().then((it) => [it.value]);
const { port, issuer, keys, clients, acr, weakAcr } = JSON.parse(line);

const provider = new Provider(issuer, {
  clients,
  jwks: { keys },
  acrValues: [acr, weakAcr],
  claims: { openid: ["sub"], acr: null, auth_time: null },
  clientAuthMethods: ["client_secret_basic", "client_secret_post", "private_key_jwt"],
  enabledJWA: {
    idTokenSigningAlgValues: ["RS256", "PS256", "ES256", "ES384", "HS256"],
    clientAuthSigningAlgValues: ["RS256", "PS256", "ES256"],
  },
  cookies: { keys: ["only a test"] },
  features: { devInteractions: { enabled: false } },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  pkce: { required: () => true },
  ttl: { AuthorizationCode: 60, IdToken: 300, AccessToken: 60, Interaction: 600, Session: 600, Grant: 600 },
});

async function answer(context) {
  const { prompt, params } = await provider.interactionDetails(context.req, context.res);
  const who = params.login_hint ?? "lina";
  if (who === "refuses") return { error: "access_denied" };
  if (prompt.name === "login") return { login: { accountId: who, acr: who === "weak" ? weakAcr : acr } };
  const grant = new provider.Grant({ accountId: who, clientId: params.client_id });
  grant.addOIDCScope("openid");
  return { consent: { grantId: await grant.save() } };
}

provider.use(async (context, next) => {
  if (!context.path.startsWith("/interaction/")) return next();
  const result = await answer(context);
  context.respond = false;
  return provider.interactionFinished(context.req, context.res, result, { mergeWithLastSubmission: true });
});

provider.listen(port, "127.0.0.1", () => console.log("ready"));
