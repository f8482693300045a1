package org.flowanchor.service;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * A query parameter that the operation does not declare is refused: it is a filter that somebody misspelt, and a list without it would look
 * like its answer.
 */
public final class DeclaredParameters implements HandlerInterceptor, WebMvcConfigurer {
    private final BiFunction<String, String, RuntimeException> refusal;

    /** @param refusal what is thrown: name of the parameter, what is wrong with it */
    public DeclaredParameters(BiFunction<String, String, RuntimeException> refusal) {
        this.refusal = refusal;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this).addPathPatterns("/api/v1/**");
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (handler instanceof HandlerMethod operation
                && operation.getBeanType().isAnnotationPresent(RestController.class)) {
            Set<String> declared = Arrays.stream(operation.getMethod().getParameters())
                    .filter(parameter -> parameter.isAnnotationPresent(RequestParam.class))
                    .map(Parameter::getName)
                    .collect(Collectors.toCollection(TreeSet::new));
            request.getParameterMap().forEach((name, values) -> check(name, values.length, declared));
        }
        return true;
    }

    private void check(String name, int times, Set<String> declared) {
        if (!declared.contains(name)) {
            throw refusal.apply(name, undeclared(declared));
        }
        if (times > 1) {
            throw refusal.apply(name, "given " + times + " times");
        }
    }

    private static String undeclared(Set<String> declared) {
        return "no such parameter" + (declared.isEmpty() ? "" : "; there are " + String.join(", ", declared));
    }
}
