using Xunit.Sdk;
using Xunit.v3;

// Whoever hears events in any namespace changes what the kernel does in all of them, and the processors are few.
[assembly: Parallelization(Mode = ParallelMode.None)]
