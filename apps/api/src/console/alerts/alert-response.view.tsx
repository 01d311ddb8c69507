import type { VNode } from 'preact';
import type { AnomalyDto } from '../../anomaly/anomaly.dto.js';
import { Form } from '../parts/form.js';
import { Time } from '../parts/time.js';
import { ALERTS } from './alert-words.js';
import { responseInWords } from './response-words.js';

/** What akm did by itself, and the way back. */
export function AlertResponse({ alert, mayUndo }: { alert: AnomalyDto; mayUndo: boolean }): VNode | null {
  const { id, response } = alert;
  if (response === null) return null;
  return (
    <section class="section">
      <h2>What was done about it</h2>
      <div class="card stack">
        <p>{responseInWords(alert)}</p>
        {response.undone_at !== null && (
          <p class="muted">
            It was undone <Time at={response.undone_at} />.
          </p>
        )}
        {response.can_be_undone && response.until !== null && (
          <>
            <p class="muted">
              {response.reaction === 'suspend'
                ? 'One click undoes it. That can be done for the last time '
                : 'It ends by itself '}
              <Time at={response.until} />.
            </p>
            {mayUndo && (
              <Form action={`${ALERTS}/${id}/undo`} class="actions">
                <button class="primary">Undo</button>
              </Form>
            )}
          </>
        )}
      </div>
    </section>
  );
}
