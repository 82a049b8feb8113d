import { jest } from '@jest/globals';

// These tests start processes, on machines that may be busy. A slow test does not fail, only one that hangs.
jest.setTimeout(60_000);
