import type { Page } from 'playwright-core';

/** What a page did that no page of ours does. */
export class Complaints {
  readonly all: string[] = [];

  private constructor(private readonly page: Page) {}

  /** Listens from now on. `origin` is the only one that may be asked for anything. */
  static of(page: Page, origin: string): Complaints {
    const complaints = new Complaints(page);
    page.on('dialog', (dialog) => {
      complaints.all.push(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('console', (message) => {
      // A page that refuses something is told by its status, which the browser repeats here.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        complaints.all.push(message.text());
    });
    page.on('pageerror', (error) => complaints.all.push(String(error)));
    page.on('request', (request) => {
      if (!request.url().startsWith(`${origin}/`)) complaints.all.push(`a request for ${request.url()}`);
    });
    return complaints;
  }

  stop(): void {
    for (const event of ['dialog', 'console', 'pageerror', 'request']) this.page.removeAllListeners(event);
  }
}
