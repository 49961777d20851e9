import type { Action, ActionInput, ActionOutput } from '../task/action.ts';
import type { ApiTask, JsonOf } from './api-task.ts';

/** The names of `Actions`. */
export type ActionName<Actions extends readonly Action[]> = Actions[number]['name'];

/** The action of that name; any action where the names are not known to the compiler. */
type ActionNamed<Actions extends readonly Action[], Name extends string> =
  string extends ActionName<Actions> ? Action : Extract<Actions[number], { readonly name: Name }>;

/** What the action of that name takes. It is sent as JSON, so that a date arrives as a text. */
export type InputOf<Actions extends readonly Action[], Name extends string> = ActionInput<
  ActionNamed<Actions, Name>
>;

/** What the action of that name returns, as it is after JSON; undefined where it returns nothing. */
export type OutputOf<Actions extends readonly Action[], Name extends string> = JsonOf<
  ActionOutput<ActionNamed<Actions, Name>>
>;

/** A task of the action of that name. */
export type TaskOf<Actions extends readonly Action[], Name extends string> = ApiTask<
  JsonOf<InputOf<Actions, Name>>,
  OutputOf<Actions, Name>
>;
