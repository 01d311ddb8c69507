import type { ComponentChildren, VNode } from 'preact';
import { covers } from '#domain';
import type { Browsing } from '../../auth/browser-sessions.js';
import { Form } from '../parts/form.js';
import { Icon } from '../parts/icon.js';
import { useFrame } from './frame.js';
import { NAVIGATION, type Section } from './navigation.js';
import type { Page } from './page.js';

/** The document around a page. */
export function Layout({ page }: { page: Page }): VNode {
  const { styles, script, icon, browsing } = useFrame();
  const hasNavigation = browsing !== undefined && !page.isNarrow;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${page.title} · akm`}</title>
        <link rel="stylesheet" href={styles} />
        <link rel="icon" href={icon} type="image/svg+xml" />
        <script src={script} defer />
      </head>
      <body class={hasNavigation ? 'with-navigation' : 'alone'}>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        {hasNavigation ? <Sidebar browsing={browsing} section={page.section} /> : <Brand />}
        <Main>{page.body}</Main>
      </body>
    </html>
  );
}

function Main({ children }: { children: ComponentChildren }): VNode {
  const { notice } = useFrame();
  return (
    <main id="main" tabindex={-1}>
      {notice !== undefined && (
        <p class="notice" role="status">
          <Icon name="check" />
          {notice}
        </p>
      )}
      {children}
    </main>
  );
}

function Brand(): VNode {
  return (
    <header class="brand">
      <a href="/">
        <Logo />
        akm
      </a>
    </header>
  );
}

function Sidebar({ browsing, section }: { browsing: Browsing; section: Section | undefined }): VNode {
  const { person, username } = browsing;
  return (
    <header class="sidebar">
      <div class="rail">
        <div class="brand">
          <a href="/dashboard">
            <Logo />
            akm
          </a>
        </div>
        <nav aria-label="Console">
          <ul>
            {NAVIGATION.filter(({ scope }) => scope === undefined || covers(person.scopes, scope)).map((item) => (
              <li key={item.section}>
                <a href={item.href} aria-current={item.section === section ? 'page' : undefined}>
                  <Icon name={item.icon} />
                  {item.label}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="account">
          <a href="/docs">
            <Icon name="docs" />
            API
          </a>
          <a href="/dashboard/profile" aria-current={section === 'profile' ? 'page' : undefined} title={browsing.email}>
            <Icon name="people" />
            <span class="username">{username}</span>
            <span class="muted small">{person.role}</span>
          </a>
          <Form action="/logout">
            <button class="quiet">Sign out</button>
          </Form>
        </div>
      </div>
    </header>
  );
}

function Logo(): VNode {
  const { icon } = useFrame();
  return <img src={icon} alt="" width="22" height="22" />;
}
