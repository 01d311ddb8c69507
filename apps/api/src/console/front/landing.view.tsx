import type { VNode } from 'preact';
import { CodeBlock } from '../parts/copyable.js';

interface LandingProps {
  address: string;
  isSignedIn: boolean;
  isRegistrationOpen: boolean;
}

export function LandingView({ address, isSignedIn, isRegistrationOpen }: LandingProps): VNode {
  return (
    <div class="landing">
      <h1>API keys, looked after</h1>
      <p class="lead">
        Issue keys, verify them on every request, limit, rotate and revoke them, and see who uses them for what.
      </p>
      <p class="actions">
        {isSignedIn ? (
          <a class="button primary" href="/dashboard">
            Open the console
          </a>
        ) : (
          <>
            <a class="button primary" href="/login">
              Sign in
            </a>
            {isRegistrationOpen && (
              <a class="button" href="/register">
                Make an account
              </a>
            )}
          </>
        )}
        <a href="/docs">API reference</a>
      </p>
      <h2>From the command line</h2>
      <p class="muted">Sign in, make a key, and use it. The address is that of this server.</p>
      <CodeBlock label="the commands" code={commands(address)} />
    </div>
  );
}

function commands(address: string): string {
  return `AKM=${address}

# Sign in; the token is good for half an hour.
TOKEN=$(curl -s $AKM/api/v1/auth/login -H 'Content-Type: application/json' \\
  -d '{"email": "you@example.com", "password": "your password"}' \\
  | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')

# Make a key. The answer shows its secret once, as api_key.
curl -s $AKM/api/v1/keys -H "Authorization: Bearer $TOKEN" \\
  -H 'Content-Type: application/json' -d '{"name": "my first key"}'

# Use it.
curl -s $AKM/api/v1/protected/test -H 'X-API-Key: akm_live_…'`;
}
