import { writeFileSync } from 'node:fs';

/**
 * Closes a run: names what was skipped (its title says how to get it) and counts, in one plain line.
 */
export default class ClosingReporter {
  onRunComplete(_contexts, results) {
    const skipped = results.testResults
      .flatMap((file) => file.testResults)
      .filter(({ status }) => status === 'pending' || status === 'todo');
    if (skipped.length > 0) {
      console.log('\nSkipped:');
      for (const title of new Set(skipped.map(whatWasSkipped))) console.log(`  ${title}`);
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

/** A whole group skipped for one reason is said once. */
const whatWasSkipped = ({ ancestorTitles, title }) =>
  ancestorTitles.find((ancestor) => ancestor.includes('skipped:')) ?? [...ancestorTitles, title].join(' › ');
