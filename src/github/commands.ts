/** The runner's files for the environment, outputs, state and the PATH (GitHub Docs, "Workflow commands", environment files). */
export { addPath, exportVariable, getState, saveState, setOutput } from '@actions/core';
