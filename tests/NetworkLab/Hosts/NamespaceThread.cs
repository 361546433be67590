using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using Mptcp.Lab.Interop;

namespace Mptcp.Lab;

/// <summary>
/// One network namespace and the thread that works in it. The thread enters the namespace for each function and has left it again before
/// anyone learns of the outcome: completing a task may start a thread-pool thread, and a new thread inherits its creator's namespace.
/// </summary>
sealed class NamespaceThread : IDisposable
{
    readonly BlockingCollection<Action> _work = [];
    readonly Thread _thread;
    readonly SafeFileHandle _home;
    readonly SafeFileHandle _namespace;

    public NamespaceThread(string name)
    {
        _home = Kernel.OpenNamespace("/proc/self/ns/net");
        _thread = new Thread(Work) { IsBackground = true, Name = $"lab {name}" };
        _thread.Start();
        try
        {
            _namespace = Post(MakeNamespace).GetAwaiter().GetResult();
        }
        catch
        {
            End();
            throw;
        }
    }

    /// <summary>A path that other processes of the same user namespace can open, while this object lives.</summary>
    public string NamespacePath => $"/proc/{Environment.ProcessId}/fd/{_namespace.DangerousGetHandle()}";

    public T Run<T>(Func<T> function) =>
        Thread.CurrentThread == _thread ? function() : RunAsync(function).GetAwaiter().GetResult();

    public Task<T> RunAsync<T>(Func<T> function) => Post(() =>
    {
        Kernel.EnterNetwork(_namespace);
        try
        {
            return function();
        }
        finally
        {
            Kernel.EnterNetwork(_home);
        }
    });

    /// <summary>Ends the thread when it has done what was asked of it, and lets go of the namespace.</summary>
    public void Dispose()
    {
        End();
        _namespace.Dispose();
    }

    void End()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
        _home.Dispose();
    }

    SafeFileHandle MakeNamespace()
    {
        Kernel.UnshareNetwork();
        try
        {
            return Kernel.OpenNamespace("/proc/thread-self/ns/net");
        }
        finally
        {
            Kernel.EnterNetwork(_home);
        }
    }

    Task<T> Post<T>(Func<T> function)
    {
        ObjectDisposedException.ThrowIf(_work.IsAddingCompleted, this);
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            T result;
            try
            {
                result = function();
            }
            catch (Exception e)
            {
                completion.SetException(e);
                return;
            }

            completion.SetResult(result);
        });
        return completion.Task;
    }

    void Work()
    {
        foreach (var item in _work.GetConsumingEnumerable())
            item();
    }
}
