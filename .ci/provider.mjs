// A real identity provider on loopback, for the test of the login by one: `oidc-provider`, certified by the OpenID Foundation.
// Prints its address. Started by .ci/services.
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

// Whoever started it reads the address only; what the provider says later must not end it.
for (const out of [process.stdout, process.stderr]) out.on('error', () => {});

const [, , site] = process.argv;
const server = createServer().listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'genomslag',
        client_secret: 'client-secret-for-tests',
        redirect_uris: [`${site}/login/organisation/back`],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    pkce: { methods: ['S256'], required: () => true },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@granvik.example`, email_verified: true, name: 'Anna Öberg' }),
    }),
  });
  server.on('request', provider.callback());
  console.log(issuer);
});
