import { writeFileSync } from 'node:fs';

/**
 * Ends a run with the skipped tests, whose titles say what they need, and one line of totals.
 */
export default class ClosingReporter {
  onRunComplete(_contexts, results) {
    const skipped = results.testResults
      .flatMap((file) => file.testResults)
      .filter(({ status }) => status === 'pending' || status === 'todo');
    if (skipped.length > 0) {
      console.log('\nSkipped:');
      for (const title of new Set(skipped.map(skippedTitle))) console.log(`  ${title}`);
    }
    const tally = {
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: skipped.length,
    };
    if (process.env.TALLY_FILE) writeFileSync(process.env.TALLY_FILE, JSON.stringify(tally));
    console.log(`\n${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
  }
}

/** One line for a group of tests that is skipped for one reason. */
const skippedTitle = ({ ancestorTitles, title }) =>
  ancestorTitles.find((ancestor) => ancestor.includes('skipped:')) ?? [...ancestorTitles, title].join(' › ');
