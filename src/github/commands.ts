/** The runner's files for the environment, outputs and state (GitHub Docs, "Workflow commands", environment files). */
export { exportVariable, getState, saveState, setOutput } from '@actions/core';
