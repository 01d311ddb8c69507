import { createContext, type ComponentChildren, type VNode } from 'preact';
import { useContext } from 'preact/hooks';
import { FORM_TOKEN } from '../../auth/form-token.js';
import { Filled } from '../frame/filled.js';
import { useFrame } from '../frame/frame.js';
import { Icon } from './icon.js';

export const FilledContext = createContext(new Filled());

interface FormProps {
  action: string;
  /** What its fields begin with, or what was wrong with them. */
  filled?: Filled | undefined;
  class?: string;
  children: ComponentChildren;
}

/** A form that changes something. It carries the token without which the server does not take it. */
export function Form({ action, filled = new Filled(), children, ...rest }: FormProps): VNode {
  const { formToken } = useFrame();
  return (
    <form method="post" action={action} class={rest.class}>
      <input type="hidden" name={FORM_TOKEN} value={formToken} />
      {filled.isRefused && <Refusal filled={filled} />}
      <FilledContext.Provider value={filled}>{children}</FilledContext.Provider>
    </form>
  );
}

function Refusal({ filled }: { filled: Filled }): VNode {
  const count = new Set(filled.errors.map(({ field }) => field)).size;
  return (
    <p class="refusal" role="alert">
      <Icon name="alert" />
      {filled.message ?? (count === 1 ? 'One field needs another look.' : `${count} fields need another look.`)}
    </p>
  );
}

interface FieldProps {
  name: string;
  label: string;
  /** Said below the field. */
  hint?: ComponentChildren;
}

interface TextFieldProps extends FieldProps {
  type?: 'text' | 'email' | 'password' | 'number' | 'datetime-local';
  autocomplete?: string;
  required?: boolean;
  maxlength?: number;
  min?: number;
  max?: number;
  placeholder?: string;
  /** What the keyboard of a telephone shows. */
  spellcheck?: boolean;
}

/** A field of one line. What was typed into a password field is not shown again. */
export function TextField({ name, label, hint, type = 'text', ...rest }: TextFieldProps): VNode {
  const filled = useContext(FilledContext);
  const faults = filled.faults(name, label);
  const value = type === 'password' ? undefined : filled.text(name);
  // The types of Preact have one shape for each type of field; this one has its own.
  const attributes: Record<string, unknown> = {
    id: name,
    name,
    type,
    value,
    ...rest,
    ...described(name, hint, faults),
  };
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <input {...attributes} />
      <Below name={name} hint={hint} faults={faults} />
    </div>
  );
}

/** A field of several lines. */
export function TextArea({
  name,
  label,
  hint,
  rows = 3,
  ...rest
}: FieldProps & { rows?: number; placeholder?: string }) {
  const filled = useContext(FilledContext);
  const faults = filled.faults(name, label);
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {/* The first line break after the tag is not part of the text. */}
      <textarea id={name} name={name} rows={rows} spellcheck={false} {...rest} {...described(name, hint, faults)}>
        {`\n${filled.text(name)}`}
      </textarea>
      <Below name={name} hint={hint} faults={faults} />
    </div>
  );
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export function Select({ name, label, hint, choices }: FieldProps & { choices: readonly Choice[] }): VNode {
  const filled = useContext(FilledContext);
  const faults = filled.faults(name, label);
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <select id={name} name={name} {...described(name, hint, faults)}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value} selected={choice.value === filled.text(name)}>
            {choice.label}
          </option>
        ))}
      </select>
      <Below name={name} hint={hint} faults={faults} />
    </div>
  );
}

interface ChoicesProps extends FieldProps {
  choices: readonly (Choice & { readonly hint?: string })[];
  /** Whether several may be chosen. */
  isMany?: boolean;
}

/** Choices that are all in view, one of which or several. */
export function Choices({ name, label, hint, choices, isMany = false }: ChoicesProps): VNode {
  const filled = useContext(FilledContext);
  const faults = filled.faults(name, label);
  const chosen = filled.list(name);
  return (
    <fieldset class="field" {...described(name, hint, faults)}>
      <legend>{label}</legend>
      <div class={isMany ? 'choices many' : 'choices'}>
        {choices.map((choice) => (
          <label key={choice.value} class="choice">
            <input
              type={isMany ? 'checkbox' : 'radio'}
              name={name}
              value={choice.value}
              checked={chosen.includes(choice.value)}
            />
            <span>
              {choice.label}
              {choice.hint !== undefined && <span class="hint">{choice.hint}</span>}
            </span>
          </label>
        ))}
      </div>
      <Below name={name} hint={hint} faults={faults} />
    </fieldset>
  );
}

function Below({ name, hint, faults }: { name: string; hint: ComponentChildren; faults: readonly string[] }): VNode {
  return (
    <>
      {hint !== undefined && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {faults.length > 0 && (
        <p class="fault" id={`${name}-fault`}>
          {faults.join(' ')}
        </p>
      )}
    </>
  );
}

/** Ties what is said below a field to it, for those who do not see that it stands there. */
function described(name: string, hint: ComponentChildren, faults: readonly string[]) {
  const ids = [hint !== undefined && `${name}-hint`, faults.length > 0 && `${name}-fault`].filter(Boolean);
  return {
    ...(ids.length > 0 && { 'aria-describedby': ids.join(' ') }),
    ...(faults.length > 0 && { 'aria-invalid': true as const, autofocus: true }),
  };
}
