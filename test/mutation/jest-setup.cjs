jest.mock('fast-check', () => jest.requireActual('./short-properties.cjs').shortened(jest.requireActual('fast-check')));
