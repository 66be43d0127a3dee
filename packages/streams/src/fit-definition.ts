/** Checks an event against its definition: the event comes out with the schema's output, or marked as invalid. */
import { describeIssues, type EventDefinition } from "./define-event.ts";
import { refined, type StreamEvent } from "./stream-event.ts";

export function fitDefinition(
  event: StreamEvent,
  definition: EventDefinition | undefined,
): StreamEvent | Promise<StreamEvent> {
  if (!definition || !event.valid) return event;
  const failed = (error: unknown) => refined(event, { misfit: `its schema failed: ${String(error)}` });
  // A schema may well throw on data it never expected; that is a misfit too, not the end of the consumption.
  try {
    const result = definition.schema["~standard"].validate(event.data);
    return result instanceof Promise
      ? result.then((settled) => outcomeOf(event, settled), failed)
      : outcomeOf(event, result);
  } catch (error) {
    return failed(error);
  }
}

type Outcome = Awaited<ReturnType<EventDefinition["schema"]["~standard"]["validate"]>>;

function outcomeOf(event: StreamEvent, result: Outcome): StreamEvent {
  return result.issues
    ? refined(event, { misfit: `its data does not fit its schema: ${describeIssues(result.issues)}` })
    : refined(event, { data: result.value });
}
