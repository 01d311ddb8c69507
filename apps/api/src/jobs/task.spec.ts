import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { performing, serveTasks, type Task, type TaskAnswer, type TaskRequest } from './task.js';

const DOUBLE: Task<[n: number], number> = { name: 'double' };
const BREAK: Task<[], void> = { name: 'break' };
const WAIT: Task<[], string> = { name: 'wait' };

class QueryFault extends Error {
  override readonly name = 'QueryFault';
  /** As errors of the mapper have, and nothing that could be cloned. */
  readonly connection = { query: () => undefined };
}

function serve() {
  const { port1: ours, port2: theirs } = new MessageChannel();
  const order: string[] = [];
  let finish: (what: string) => void = () => undefined;
  const waiting = new Promise<string>((resolve) => (finish = resolve));
  serveTasks(
    theirs,
    [
      performing(DOUBLE, (n) => Promise.resolve(2 * n)),
      performing(BREAK, () => Promise.reject(new QueryFault('the table is gone'))),
      performing(WAIT, async () => {
        const what = await waiting;
        order.push('done');
        return what;
      }),
    ],
    () => {
      order.push('closed');
      return Promise.resolve();
    },
  );
  const post = (request: TaskRequest) => {
    ours.postMessage(request);
  };
  const ask = async (task: string, ...args: unknown[]): Promise<TaskAnswer> => {
    post({ id: 7, task, args });
    const [answer] = (await once(ours, 'message')) as [TaskAnswer];
    return answer;
  };
  return { ours, order, finish, post, ask };
}

it('answers with the result of the task', async () => {
  const { ask, post } = serve();
  expect(await ask('double', 4)).toEqual({ id: 7, result: 8 });
  post(null);
});

it('tells what a task threw, whatever hangs on the error', async () => {
  const { ask, post } = serve();
  const { error } = await ask('break');
  expect(error).toMatchObject({ name: 'QueryFault', message: 'the table is gone' });
  expect((await ask('unheard of')).error?.message).toBe('There is no task unheard of');
  post(null);
});

it('ends once what is under way has ended, and not before', async () => {
  const { ours, order, finish, post } = serve();
  const answered = once(ours, 'message');
  const closed = once(ours, 'close');
  post({ id: 1, task: 'wait', args: [] });
  post(null);
  finish('late');
  expect(await answered).toEqual([{ id: 1, result: 'late' }]);
  await closed;
  expect(order).toEqual(['done', 'closed']);
});
