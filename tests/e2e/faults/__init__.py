"""What tests of faults are made of: real processes, steps that ask the test what to do, and proofs."""
