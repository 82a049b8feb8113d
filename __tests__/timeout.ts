import { jest } from '@jest/globals';

// These tests start processes, on machines that may be busy: no test fails for being slow, short of hanging.
jest.setTimeout(60_000);
