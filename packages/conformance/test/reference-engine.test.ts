import { describeEngine } from '@espalier/conformance';
import { referenceEngine } from '@espalier/engine-reference';

// Compared with itself: that it refuses, repeats and continues as the others must.
describeEngine('reference', () => referenceEngine());
describeEngine('reference with momentum everywhere', () => referenceEngine({ denseMomentum: true }));
