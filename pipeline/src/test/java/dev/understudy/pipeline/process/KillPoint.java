package dev.understudy.pipeline.process;

import static org.testng.Assert.assertFalse;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.Method;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.connect.ListeningConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.event.VMDeathEvent;
import com.sun.jdi.event.VMDisconnectEvent;
import com.sun.jdi.request.BreakpointRequest;
import com.sun.jdi.request.ClassPrepareRequest;
import com.sun.jdi.request.EventRequest;
import dev.understudy.files.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A place in a program at which a process is killed: the {@code occurrence}-th entry into a method. The process runs
 * under a debugger, so the program needs no hooks, and what kills it is the same SIGKILL that an operator or the kernel
 * sends.
 *
 * @param method its name; {@code <init>} for constructors
 * @param occurrence from 1
 */
public record KillPoint(String name, String type, String method, int occurrence) {
    /**
     * Runs a program up to this point and kills it there.
     *
     * @param command as of {@link ChildJvm#command} with arguments
     */
    public void runUpTo(List<String> command, Path output) throws Exception {
        ListeningConnector listener = Bootstrap.virtualMachineManager().listeningConnectors().stream()
                .filter(c -> c.name().equals("com.sun.jdi.SocketListen"))
                .findFirst()
                .orElseThrow();
        Map<String, Connector.Argument> arguments = listener.defaultArguments();
        arguments.get("localAddress").setValue("127.0.0.1");
        String address = listener.startListening(arguments);
        List<String> debugged = new ArrayList<>(command);
        debugged.add(1, "-agentlib:jdwp=transport=dt_socket,server=n,suspend=y,address=" + address);
        try (ChildJvm child = ChildJvm.start(debugged, output)) {
            debug(child, accept(listener, arguments));
        } finally {
            listener.stopListening(arguments);
        }
    }

    /**
     * Kills a program at one point after the other; it goes on each time with what the last one left.
     *
     * @param done what only a program that ends well leaves
     */
    public static void killAtEach(List<KillPoint> points, List<String> command, Path output, Path done)
            throws Exception {
        for (KillPoint point : points) {
            point.runUpTo(command, output);
            assertFalse(Files.exists(done), point.name());
        }
    }

    private static VirtualMachine accept(ListeningConnector listener, Map<String, Connector.Argument> arguments)
            throws IOException, IllegalConnectorArgumentsException {
        return listener.accept(arguments);
    }

    private void debug(ChildJvm child, VirtualMachine machine) throws Exception {
        ClassPrepareRequest loaded = machine.eventRequestManager().createClassPrepareRequest();
        loaded.addClassFilter(type);
        loaded.enable();
        machine.resume();
        try {
            while (true) {
                EventSet events = machine.eventQueue().remove();
                for (Event event : events) {
                    if (event instanceof BreakpointEvent) {
                        child.kill();
                        return;
                    } else if (event instanceof ClassPrepareEvent prepared) {
                        breakAt(machine, prepared.referenceType());
                    } else if (event instanceof VMDeathEvent || event instanceof VMDisconnectEvent) {
                        throw new AssertionError("ended before it came to " + this + "; it said: " + child.output());
                    }
                }
                events.resume();
            }
        } catch (VMDisconnectedException e) {
            throw new AssertionError("ended before it came to " + this + "; it said: " + child.output(), e);
        }
    }

    private void breakAt(VirtualMachine machine, ReferenceType loaded) {
        for (Method found : loaded.methodsByName(method)) {
            BreakpointRequest point = machine.eventRequestManager().createBreakpointRequest(found.location());
            point.addCountFilter(occurrence);
            point.setSuspendPolicy(EventRequest.SUSPEND_ALL);
            point.enable();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
