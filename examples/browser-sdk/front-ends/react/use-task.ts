import { useState } from 'react';
import { errorMessage } from '../shared/error-message.js';

export type Run = (task: () => Promise<void>) => void;

/** Runs what a button does, one task at a time, and keeps the error of the last one. */
export function useTask(firstError?: string) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState(firstError);

  async function perform(task: () => Promise<void>): Promise<void> {
    if (isBusy) return;
    setBusy(true);
    setError(undefined);
    try {
      await task();
    } catch (thrown) {
      setError(errorMessage(thrown));
    } finally {
      setBusy(false);
    }
  }
  const run: Run = (task) => void perform(task);

  const clearError = () => setError(undefined);

  return { isBusy, error, run, clearError };
}
