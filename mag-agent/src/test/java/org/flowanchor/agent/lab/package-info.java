/** Network namespaces for tests that need the kernel. */
@NullMarked
package org.flowanchor.agent.lab;

import org.jspecify.annotations.NullMarked;
