import { PendingReplies } from './pending-replies.js';

interface Reply {
  readonly id: number;
  readonly text: string;
}

describe('replies of another thread', () => {
  const ask = (pending: PendingReplies<Reply>) => {
    let id = 0;
    const reply = pending.to((given) => (id = given));
    return { id, reply };
  };

  it('reach the one who asked, in whatever order they come', async () => {
    const pending = new PendingReplies<Reply>();
    const first = ask(pending);
    const second = ask(pending);
    pending.settle({ id: second.id, text: 'second' });
    pending.settle({ id: first.id, text: 'first' });
    expect(await Promise.all([first.reply, second.reply])).toEqual([
      { id: first.id, text: 'first' },
      { id: second.id, text: 'second' },
    ]);
  });

  it('are given up for all who wait, and for nobody who asks later', async () => {
    const pending = new PendingReplies<Reply>();
    const lost = [ask(pending), ask(pending)].map(({ reply }) => reply);
    pending.fail(new Error('gone'));
    for (const reply of lost) await expect(reply).rejects.toThrow('gone');
    const later = ask(pending);
    pending.settle({ id: later.id, text: 'here' });
    expect((await later.reply).text).toBe('here');
  });

  it('are not waited for when the question could not be sent', async () => {
    const pending = new PendingReplies<Reply>();
    const unsent = pending.to(() => {
      throw new Error('cannot be cloned');
    });
    await expect(unsent).rejects.toThrow('cannot be cloned');
  });

  it('are ignored when nobody waits for them', () => {
    expect(() => {
      new PendingReplies<Reply>().settle({ id: 7, text: 'late' });
    }).not.toThrow();
  });
});
